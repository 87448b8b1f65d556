"""The mailbox of the demo; mounted only there (see lms.urls)."""

from django.urls import path

from lms.messages import views

urlpatterns = [
    path("dev/mail/", views.mailbox, name="mailbox"),
    path("dev/mail/<int:pk>/", views.message, name="mailbox_message"),
    path("dev/mail/<int:pk>/html/", views.as_html, name="mailbox_html"),
    path("dev/mail/<int:pk>/calendar.ics", views.calendar, name="mailbox_calendar"),
]
