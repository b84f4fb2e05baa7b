"""The map of the site: pages of the house, the apps, the API, health."""

from django.contrib import admin
from django.urls import include, path

from dms import health
from dms.views import catalogue, configuration, events, home, jobs, messages, patterns, people, sign_in

house = [
    path("", home.home, name="home"),
    path("work/", home.my_work, name="work"),
    path("search/", home.find, name="search"),
    path("store/", home.choose_store, name="choose_store"),
    path("language/", home.choose_language, name="choose_language"),
    path("theme/", home.choose_theme, name="choose_theme"),
    path("profile/", home.profile, name="profile"),
    path("people/", people.People.as_view(), name="people"),
    path("absences/", people.Absences.as_view(), name="absences"),
    path("absences/new/", people.absence_new, name="absence_new"),
    path("absences/<int:pk>/edit/", people.absence_edit, name="absence_edit"),
    path("jobs/", jobs.Jobs.as_view(), name="jobs"),
    path("jobs/new/", jobs.job_new, name="job_new"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("messages/", messages.Messages.as_view(), name="messages"),
    path("messages/<int:pk>/", messages.message, name="message"),
    path("events/", events.Events.as_view(), name="events"),
    path("variants/", catalogue.Variants.as_view(), name="variants"),
    path("variants/<int:pk>/", catalogue.variant, name="variant"),
    path("configuration/", configuration.configuration, name="configuration"),
    path("configuration/patterns/", patterns.patterns, name="patterns"),
]

urlpatterns = [
    path("", include((house, "dms"))),
    path("sign-in/", sign_in.SignIn.as_view(), name="login"),
    path("sign-out/", sign_in.SignOut.as_view(), name="logout"),
    path("profile/password/", sign_in.ChangePassword.as_view(), name="password_change"),
    path("crm/", include("crm.urls")),
    path("admin/", admin.site.urls),
    path("api/", include(("dms.api.urls", "api"))),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
