"""What happens once, when the add-on enters or leaves a running company."""


def pre_init_hook(env):
    """Prepare the database before the models are loaded."""


def post_init_hook(env):
    """Open the account cards of partners that already have a history."""


def uninstall_hook(env):
    """Remove what the ORM does not know to be ours."""
