"""A course's short address, for paper and for passing on: without a language, since it must suit whoever gets it."""

from django.urls import path

from cms import views

urlpatterns = [path("c/<slug:code>/", views.short, name="course_short")]
