"""The map of the site: pages of the core, the apps, the API, health."""

from django.contrib import admin
from django.urls import include, path

from dms.acts import ABSENCE, JOB, MESSAGE, USER
from dms.views import (
    attachments,
    catalogue,
    configuration,
    events,
    home,
    jobs,
    messages,
    patterns,
    people,
    profile,
    second_factor,
    sign_in,
)
from dms.web import health
from dms.web.act_views import act_paths

handler403 = "dms.views.errors.no_right"

core = [
    path("", home.home, name="home"),
    path("work/", home.my_work, name="work"),
    path("work/count/", home.bell, name="bell"),
    path("search/", home.find, name="search"),
    path("store/", home.choose_store, name="choose_store"),
    path("language/", home.choose_language, name="choose_language"),
    path("theme/", home.choose_theme, name="choose_theme"),
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("profile/tokens/new/", profile.TokenNew.as_view(), name="token_new"),
    path("profile/tokens/<int:pk>/revoke/", profile.token_revoke, name="token_revoke"),
    path("profile/second-factor/", second_factor.SetUp.as_view(), name="second_factor"),
    path("profile/second-factor/off/", second_factor.SwitchOff.as_view(), name="second_factor_off"),
    path("profile/second-factor/codes/", second_factor.NewCodes.as_view(), name="recovery_codes"),
    path("people/", people.People.as_view(), name="people"),
    path("people/<int:pk>/phone/", people.person_phone, name="person_phone"),
    *act_paths(USER, "people/", people.PersonAct),
    path("absences/", people.Absences.as_view(), name="absences"),
    path("absences/month/", people.absence_month, name="absence_month"),
    path("absences/new/", people.AbsenceNew.as_view(), name="absence_new"),
    *act_paths(ABSENCE, "absences/", people.AbsenceAct),
    path("jobs/", jobs.Jobs.as_view(), name="jobs"),
    path("jobs/new/", jobs.JobNew.as_view(), name="job_new"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/progress/", jobs.job_progress, name="job_progress"),
    *act_paths(JOB, "jobs/", jobs.JobAct),
    path("exports/<slug:key>/", jobs.export, name="export"),
    path("attachments/<int:pk>/", attachments.attachment, name="attachment"),
    path("messages/", messages.Messages.as_view(), name="messages"),
    path("messages/<int:pk>/", messages.message, name="message"),
    *act_paths(MESSAGE, "messages/", messages.MessageAct),
    path("events/", events.Events.as_view(), name="events"),
    path("variants/", catalogue.Variants.as_view(), name="variants"),
    path("variants/<int:pk>/", catalogue.variant, name="variant"),
    path("configuration/", configuration.configuration, name="configuration"),
    path("configuration/patterns/", patterns.patterns, name="patterns"),
]

urlpatterns = [
    path("", include((core, "dms"))),
    path("sign-in/", sign_in.SignIn.as_view(), name="login"),
    path("sign-in/code/", sign_in.SignInCode.as_view(), name="login_code"),
    path("sign-out/", sign_in.SignOut.as_view(), name="logout"),
    path("profile/password/", sign_in.ChangePassword.as_view(), name="password_change"),
    path("crm/", include("crm.urls")),
    path("sales/", include("sales.urls")),
    path("parts/", include("parts.urls")),
    path("reports/", include("reports.urls")),
    path("aftersales/", include("aftersales.urls")),
    path("admin/", admin.site.urls),
    path("api/", include(("dms.api.urls", "api"))),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
