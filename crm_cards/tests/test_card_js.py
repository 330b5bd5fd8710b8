from odoo.tests import HttpCase, no_retry, tagged


def hoot_id(suite):
    """Return the id by which the browser's test runner knows a suite.

    Source: ``generateHash`` of Odoo's hoot, ``HOOTCommon`` of web's tests.
    """
    result = 0
    for char in suite:
        result = ((result << 5) - result + ord(char)) & 0xFFFFFFFF
    return f"{result:08x}"


@tagged("post_install", "-at_install")
class TestCardJs(HttpCase):
    """The unit tests of our components, in a real browser."""

    @no_retry
    def test_unit_tests_of_the_screens(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={hoot_id('@crm_cards')}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
