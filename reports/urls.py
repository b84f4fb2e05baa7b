"""The pages of reports."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("daily/", views.daily, name="daily"),
    path("daily/<slug:key>/", views.daily_rows, name="daily_rows"),
]
