"""What the site lead does at the board meanwhile, over HTTP (docs/http.md)."""

from datetime import datetime, timedelta, timezone
from typing import Any

from line import Address, Reply, ask


class Lead:
    def __init__(self, address: Address, name: str, password: str) -> None:
        self.address = address
        self.token: str = self._good(
            ask(address, "POST", "/session", {"name": name, "password": password})
        )["token"]

    @staticmethod
    def _good(reply: Reply) -> Any:
        if reply.status not in (200, 201, 204):
            raise ConnectionError(f"{reply.status} {reply.body.decode()}")
        return reply.json if reply.body else None

    def do(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> Any:
        return self._good(ask(self.address, method, path, body, self.token, kind))

    def pairing(self, station: int) -> dict:
        return self.do("POST", "/pairings", {"station": station})

    def round(self, name: str, stations: list[tuple[int, str]], hours_ago: int, **definition: Any) -> dict:
        """A draft round whose only session began so many hours ago."""
        begin = datetime.now(timezone.utc) - timedelta(hours=hours_ago)
        session = {
            "name": "早场",
            "from": begin.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "to": (begin + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "shift": None,
        }
        body = {
            "name": name,
            "capacity": 10,
            "tubeMode": "codes",
            "expectedBasis": "roster-minus-excused",
            "stations": [{"station": station, "stand": stand} for station, stand in stations],
            "sessions": [session],
            **definition,
        }
        return self.do("POST", "/rounds", body)

    def state(self, round_id: str, state: str, **more: Any) -> dict:
        return self.do("POST", f"/rounds/{round_id}/state", {"state": state, **more})

    def revoke(self, pairing_id: str) -> None:
        self.do("DELETE", f"/pairings/{pairing_id}")

    def people(self, round_id: str, tube: str) -> list[dict]:
        path = f"/rounds/{round_id}/tubes/{tube}/people?reason=%E6%A0%B8%E5%AF%B9"
        return self.do("GET", path)["people"]
