"""The pages of sales."""

from django.urls import path

from sales.views import register

app_name = "sales"
urlpatterns = [
    path("register/", register.register, name="register"),
    path("register/known/", register.known, name="visit_known"),
    path("register/next/", register.hand_next, name="visit_next"),
    path("register/<int:pk>/complete/", register.complete, name="visit_complete"),
    path("register/<int:pk>/leave/", register.leave, name="visit_leave"),
    path("register/<int:pk>/assign/", register.assign, name="visit_assign"),
    path("rota/<int:pk>/skip/", register.skip, name="rota_skip"),
    path("rota/<int:pk>/present/", register.present, name="rota_present"),
]
