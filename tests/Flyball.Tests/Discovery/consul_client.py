"""What a service does with Debian's Consul client for Python: `consul_client.py PORT`. Ends with 1 when one fails."""
import sys
import threading

import consul

client = consul.Consul(host="127.0.0.1", port=int(sys.argv[1]))
agent, catalog, health, kv, session = client.agent, client.catalog, client.health, client.kv, client.session


def passing(service):
    return health.service(service, passing=True)[1]


def check(entry):
    return next(found for found in entry["Checks"] if found["CheckID"] == "service:pay-1")


def meets(what, holds):
    if not holds:
        sys.exit(f"not met: {what}")


meets("status", client.status.leader() and client.status.peers())
meets("self", agent.self()["Config"]["Datacenter"] == catalog.datacenters()[0] == "dc1")

meets("register", agent.service.register(
    "pay", "pay-1", address="10.1.1.1", port=80, tags=["a", "b"], check=consul.Check.ttl("1h")))
meets("listed", "pay-1" in agent.services() and "service:pay-1" in agent.checks())
meets("critical until told", passing("pay") == [])
meets("pass", agent.check.ttl_pass("service:pay-1", "fine"))
entry = passing("pay")[0]
meets("entry", entry["Service"]["Tags"] == ["a", "b"] and check(entry)["Output"] == "fine")
meets("by tag", catalog.service("pay", tag="a")[1] and not catalog.service("pay", tag="c")[1])

index = health.service("pay")[0]
answers = []
waiting = threading.Thread(target=lambda: answers.append(health.service("pay", index=index, wait="60s")))
waiting.start()
meets("fail", agent.check.ttl_fail("service:pay-1"))
waiting.join()
meets("woken", int(answers[0][0]) > int(index) and check(answers[0][1][0])["Status"] == "critical")
meets("by state", [c["ServiceID"] for c in health.state("critical")[1]] == ["pay-1"])

agent.check.ttl_pass("service:pay-1")
meets("maintenance", agent.service.maintenance("pay-1", True, reason="x") and passing("pay") == [])
meets("back", agent.service.maintenance("pay-1", False) and len(passing("pay")) == 1)
meets("external", catalog.register("ext", "10.2.2.2", service={"Service": "db", "ID": "db1", "Port": 5432}))
meets("its port", catalog.service("db")[1][0]["ServicePort"] == 5432)
meets("external gone", catalog.deregister("ext") and catalog.service("db")[1] == [])

meets("put", kv.put("a/b", "v1", flags=7))
key = kv.get("a/b")[1]
meets("get", key["Value"] == b"v1" and key["Flags"] == 7)
meets("stale cas", kv.put("a/b", "x", cas=key["ModifyIndex"] + 1) is False)
meets("cas", kv.put("a/b", "v2", cas=key["ModifyIndex"]))
meets("keys", kv.get("a/", keys=True, separator="/")[1] == ["a/b"])
meets("no such key", kv.get("nope")[1] is None)

first, second = session.create("first", behavior="delete", lock_delay=0), session.create("second", lock_delay=0)
meets("lock", kv.put("lock", "1", acquire=first) and kv.put("lock", "2", acquire=second) is False)
meets("held", kv.get("lock")[1]["Session"] == first and session.info(first)[1]["ID"] == first)
meets("released with its session", session.destroy(first) and kv.get("lock")[1] is None)
meets("the other's turn", kv.put("lock", "2", acquire=second) and session.destroy(second))

meets("deregister", agent.service.deregister("pay-1") and catalog.service("pay")[1] == [])
meets("delete", kv.delete("a", recurse=True) and kv.get("a/b")[1] is None)
