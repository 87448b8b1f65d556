"""A real OpenID Connect provider: allauth's own, alone in a process. ``python provider.py <port> <database>``."""

import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

PASSWORD = "wachtwoord van de campus"


def serve(port: int, database: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    settings.configure(
        SECRET_KEY="of-a-provider-that-lives-for-one-test-only-0123456789",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="provider",
        DEBUG=False,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
            "django.contrib.messages", "allauth", "allauth.account", "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_LOGIN_METHODS={"email"},
        IDP_OIDC_PRIVATE_KEY=pem.decode(),
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )  # fmt: skip
    import django

    django.setup()
    from wsgiref.simple_server import make_server

    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    for name, verified in (("nova", True), ("amal", True), ("chris", True), ("onbevestigd", False)):
        email = f"{name}@campus.example"
        user = User.objects.create_user(name, email, PASSWORD, first_name=name.capitalize(), last_name="Campus")
        EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    Client.objects.create(
        id="lms",
        name="lms",
        secret=make_password("geheim"),
        scopes="openid\nprofile\nemail",
        redirect_uris="http://testserver/accounts/oidc/campus/login/callback/",
        skip_consent=True,
    )
    make_server("127.0.0.1", port, get_wsgi_application()).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
elif __name__ == "provider":  # as its own ROOT_URLCONF; a test that imports this must not load the provider's models
    from django.urls import include, path

    urlpatterns = [path("accounts/", include("allauth.urls")), path("", include("allauth.idp.urls"))]
