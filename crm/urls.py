"""The pages of customers and vehicles."""

from django.urls import path

from crm.views import customers, vehicles

app_name = "crm"
urlpatterns = [
    path("customers/", customers.Customers.as_view(), name="customers"),
    path("customers/new/", customers.customer_new, name="customer_new"),
    path("customers/known/", customers.customer_known, name="customer_known"),
    path("customers/look-up/", customers.look_up, name="customer_look_up"),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
    path("customers/<int:pk>/phones/", customers.phone_add, name="phone_add"),
    path("customers/<int:pk>/people/new/", customers.person_new, name="person_new"),
    path("customers/<int:pk>/vehicles/new/", vehicles.vehicle_new, name="vehicle_new"),
    path("phones/<int:pk>/reveal/", customers.phone_reveal, name="phone_reveal"),
    path("phones/<int:pk>/prefer/", customers.phone_prefer, name="phone_prefer"),
    path("phones/<int:pk>/remove/", customers.phone_remove, name="phone_remove"),
    path("vehicles/", vehicles.Vehicles.as_view(), name="vehicles"),
    path("vehicles/<int:pk>/", vehicles.vehicle, name="vehicle"),
    path("vehicles/<int:pk>/edit/", vehicles.vehicle_edit, name="vehicle_edit"),
    path("vehicles/<int:pk>/mileage/", vehicles.mileage, name="vehicle_mileage"),
    path("vehicles/<int:pk>/hand-over/", vehicles.hand_over, name="vehicle_hand_over"),
]
