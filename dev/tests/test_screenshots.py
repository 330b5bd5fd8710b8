"""Shots are taken by whoever sees what they show."""

import json
import unittest

from dev import demo, screenshots


class TestVisits(unittest.TestCase):
    def test_each_user_logs_in_once_for_each_language(self):
        shots = [
            {"name": "list", "languages": ["en", "he"]},
            {"name": "page", "languages": ["en", "he"], "portal": True},
            {"name": "form", "languages": ["en"]},
        ]
        visits = [
            (
                visit["user"],
                visit["language"],
                [shot["name"] for shot in visit["shots"]],
            )
            for visit in screenshots.plan_visits(shots)
        ]
        self.assertEqual(
            visits,
            [
                ("admin", "en", ["list", "form"]),
                ("hebrew", "he", ["list"]),
                (demo.PORTAL_USER, "en", ["page"]),
                (demo.PORTAL_USER, "he", ["page"]),
            ],
        )


class TestShots(unittest.TestCase):
    def test_no_two_shots_have_the_same_name(self):
        names = [shot["name"] for shot in json.loads(screenshots.SHOTS.read_text())]
        self.assertEqual(len(names), len(set(names)))

    def test_pages_of_the_portal_are_opened_by_the_customer(self):
        for shot in json.loads(screenshots.SHOTS.read_text()):
            with self.subTest(shot["name"]):
                opened = shot["steps"][0]["open"]
                self.assertEqual(opened.startswith("/my"), bool(shot.get("portal")))
