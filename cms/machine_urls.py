"""Addresses that machines know by heart, without a language before them."""

from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path

from cms import machines

urlpatterns = [
    path(
        "sitemap.xml",
        sitemaps.index,
        {"sitemaps": machines.SITEMAPS, "sitemap_url_name": "sitemap_section"},
        name="sitemap",
    ),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, {"sitemaps": machines.SITEMAPS}, name="sitemap_section"),
    path("share/<int:page>/<slug:digest>.png", machines.share_card, name="share_card"),
    path("feeds/", include("cms.feed_urls")),
]
