"""The tutorial's routes; it has no pages here."""

from django.urls import re_path

from bench.peers.channels_tutorial.consumers import ChatConsumer

urlpatterns: list[object] = []
websocket_urlpatterns = [re_path(r"ws/chat/(?P<room_name>\w+)/$", ChatConsumer.as_asgi())]
