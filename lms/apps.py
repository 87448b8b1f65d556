"""The shell: settings, addresses, background work and the commands that run the platform."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "lms"
    label = "shell"
