"""The map of the site: pages of the house, the apps, the API, health."""

from django.contrib import admin
from django.urls import include, path

from dms.views import home, sign_in

house = [
    path("", home.home, name="home"),
    path("work/", home.my_work, name="work"),
    path("search/", home.find, name="search"),
    path("store/", home.choose_store, name="choose_store"),
    path("language/", home.choose_language, name="choose_language"),
    path("theme/", home.choose_theme, name="choose_theme"),
    path("profile/", home.profile, name="profile"),
]

urlpatterns = [
    path("", include((house, "dms"))),
    path("sign-in/", sign_in.SignIn.as_view(), name="login"),
    path("sign-out/", sign_in.SignOut.as_view(), name="logout"),
    path("profile/password/", sign_in.ChangePassword.as_view(), name="password_change"),
    path("admin/", admin.site.urls),
]
