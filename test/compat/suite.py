"""Exercises every public method of the published package against a network that runs.

Run by scripts/compat.ts, which says in a file where the network is. The methods are read from the
package itself: one that is neither called here nor excepted below, with a reason, fails the suite.
"""

import asyncio
import hashlib
import json
import os
import sys
import time
import urllib.request

from soma_sdk import Keypair, SomaClient

# Method -> why it is not called.
EXCEPTIONS: dict = {}

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# What 32-bit floats of two libraries differ by, relative to the value.
TOLERANCE = 1e-5
SYSTEM_STATE = "0x" + "5".zfill(64)

world = json.load(open(sys.argv[1]))
called: set = set()
passed: list = []
failed: list = []


class Client:
    """A client that notes what is called."""

    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        called.add(f"SomaClient.{name}")
        return getattr(self.inner, name)


class Statics:
    """The static methods of a class, noted likewise."""

    def __init__(self, cls):
        self.cls = cls

    def __getattr__(self, name):
        called.add(f"{self.cls.__name__}.{name}")
        return getattr(self.cls, name)


class Key:
    """A key pair whose methods are noted; `.pair` is what the package takes."""

    def __init__(self, pair):
        self.pair = pair

    def __getattr__(self, name):
        called.add(f"Keypair.{name}")
        return getattr(self.pair, name)


client_statics = Statics(SomaClient)
keys = Statics(Keypair)


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def base58_decode(text):
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    return number.to_bytes(32, "big")


def base58_encode(data):
    number = int.from_bytes(data, "big")
    text = ""
    while number:
        number, place = divmod(number, 58)
        text = ALPHABET[place] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def upload(data):
    """Stores a file at the node and returns its URL."""
    checksum = hashlib.blake2b(data, digest_size=32).hexdigest()
    url = f"{world['urls']['rpc']}/v1/blobs/{checksum}"
    request = urllib.request.Request(url, data=data, method="PUT")
    with urllib.request.urlopen(request, timeout=60) as response:
        check(response.status in (200, 201, 204), f"upload: {response.status}")
    return url


def status_of(effects):
    return effects.V1.status


async def refused(work, *words):
    """The call must fail, and say why in these words."""
    try:
        await work
    except (RuntimeError, ValueError) as error:
        for word in words:
            check(word in str(error), f"{word!r} is not in {str(error)!r}")
        return
    raise AssertionError(f"nothing was refused; {words} expected")


async def funded(client):
    pair = Key(keys.generate())
    answer = await client.request_faucet(pair.address())
    check(answer.status == "Success" and len(answer.coins_sent) > 0, "the faucet gives coins")
    return pair


# Each of these is one test.


async def connect(state):
    urls = world["urls"]
    client = await SomaClient(
        urls["rpc"],
        scoring_url=urls["scoring"],
        admin_url=urls["admin"],
        faucet_url=urls["faucet"],
    )
    state["client"] = Client(client)


async def quick_start(state):
    """The published README's first example, with its chain preset where the ports are those."""
    client = Client(await SomaClient(chain="localnet")) if world["preset"] else state["client"]
    keypair = Keypair.generate()
    await client.request_faucet(keypair.address())
    balance = await client.get_balance(keypair.address())
    check(balance > 0, "the balance is there when the faucet answers")
    network = await client.get_latest_system_state()
    check(len(network.validators.validators) == 4, "four validators")


async def chain_and_node(state):
    client = state["client"]
    check(await client.get_chain_identifier() == "localnet", "the chain's name")
    check((await client.get_server_version()).endswith("/0.1.19"), "the server's level")
    await client.check_api_version()
    check(await client.get_protocol_version() >= 1, "protocol version")
    check(await client.get_architecture_version() == 1, "architecture version")
    check(await client.get_embedding_dim() == world["dim"], "embedding dimension")
    check(await client.get_model_min_stake() > 0, "least stake of a model")
    check(await client.scoring_health() is True, "scoring is well")


async def system_state(state):
    network = await state["client"].get_latest_system_state()
    check(network.emission_pool.balance > 0, "the emission fund")
    check(network.parameters.base_fee == 1000, "the base fee")
    check(len(network.model_registry.models.__dict__) >= 3, "the demo models")
    check(network.safe_mode is False, "no safe mode")
    check(network.target_state.reward_per_target > 0, "a reward")


async def epochs(state):
    client = state["client"]
    now = await client.get_epoch()
    check((await client.get_epoch(now.epoch)).epoch == now.epoch, "the epoch by its number")
    check(now.epoch_start_timestamp_ms > 0, "when it began")
    start = await client.get_next_epoch_timestamp()
    check(await client.get_following_epoch_timestamp() > start, "timestamps in order")
    await refused(client.get_epoch(10_000), "not found")


async def checkpoints(state):
    client = state["client"]
    latest = await client.get_latest_checkpoint()
    number = latest.data.sequence_number
    again = await client.get_checkpoint_summary(number)
    check(again.data.content_digest == latest.data.content_digest, "the same checkpoint")
    check((await client.get_checkpoint_summary(0)).data.previous_digest is None, "genesis")
    await refused(client.get_checkpoint_summary(10**9), "not found")


async def key_pairs(state):
    pair = Key(keys.generate())
    secret = pair.to_secret_key()
    for again in (keys.from_secret_key(secret), keys.from_encoded(pair.to_encoded())):
        check(again.address() == pair.address(), "a key survives being written down")
    words = "abandon " * 11 + "about"
    check(keys.from_mnemonic(words).address() == world["vectors"]["mnemonic"], "the mnemonic")


async def signatures(state):
    """What the package signs is what we expect, byte for byte."""
    vectors = world["vectors"]
    pair = keys.from_secret_key(vectors["secret_key"])
    called.add("Keypair.sign")
    for vector in vectors["transactions"]:
        signed = pair.sign(bytes.fromhex(vector["data"]))
        check(signed.hex() == vector["signed"], f"signature of {vector['name']}")
    for data, digest in vectors["commitments"]:
        check(client_statics.commitment(data.encode()) == digest, "a commitment")


async def statics(state):
    check(client_statics.to_shannons(1.5) == 1_500_000_000, "shannons")
    check(client_statics.to_soma(2_500_000_000) == 2.5, "SOMA")
    plain = b"weights" * 100
    sealed, key = client_statics.encrypt_weights(plain)
    check(client_statics.decrypt_weights(sealed, key) == plain, "the cipher")
    manifest = client_statics.model_manifest("http://a.example/w", encrypted_weights=sealed)
    check(manifest.encrypted_weights == sealed, "a manifest")


async def objects(state):
    client, alice = state["client"], state["alice"]
    coins = await client.list_owned_objects(alice.address(), "coin")
    check(len(coins) > 1, "several coins")
    check(len(await client.list_owned_objects(alice.address(), limit=1)) == 1, "a limit")
    coin = coins[0]
    check((await client.get_object(coin.id)).digest == coin.digest, "the object by its id")
    again = await client.get_object_with_version(coin.id, coin.version)
    check(again.digest == coin.digest, "the object by its version")
    check((await client.get_object(SYSTEM_STATE)).version >= 1, "the system state as an object")
    await refused(client.get_object("0x" + "ab" * 32), "not found")
    await refused(client.get_object_with_version(coin.id, 10**6), "not found")
    check(await client.get_balance("0x" + "cd" * 32) == 0.0, "nobody has nothing")


async def coins(state):
    client, alice = state["client"], state["alice"]
    bob = Key(keys.generate())
    sent = await client.transfer_coin(alice.pair, bob.address(), 1.0)
    check(status_of(sent) == "Success", "a transfer")
    check(await client.get_balance(bob.address()) == 1.0, "it arrives before the answer does")
    seen = await client.get_transaction(sent.V1.transaction_digest)
    check(seen.V1.transaction_digest == sent.V1.transaction_digest, "the transaction again")
    await client.pay_coins(alice.pair, [bob.address(), alice.address()], [0.5, 0.25])
    check(await client.get_balance(bob.address()) == 1.5, "a payment")
    coin = (await client.list_owned_objects(bob.address(), "coin"))[-1]
    carol = Key(keys.generate())
    await client.transfer_objects(bob.pair, carol.address(), [coin.id])
    check(await client.get_balance(carol.address()) > 0, "objects change hands")
    before = len(await client.list_owned_objects(alice.address(), "coin"))
    await client.merge_coins(alice.pair)
    after = len(await client.list_owned_objects(alice.address(), "coin"))
    check(after < before, "coins are merged")
    await refused(client.transfer_coin(alice.pair, bob.address(), 10.0**6), "Transaction failed")
    await refused(client.get_transaction(base58_encode(b"\x07" * 32)), "not found")


def transfer_bytes(coin, sender, recipient):
    """BCS of a transfer of 1,000 shannons that the coin itself pays for."""
    reference = (
        bytes.fromhex(coin.id[2:])
        + coin.version.to_bytes(8, "little")
        + b"\x20"
        + base58_decode(coin.digest)
    )
    kind = b"\x09" + reference + b"\x01" + (1000).to_bytes(8, "little") + bytes.fromhex(recipient)
    return b"\x00" + kind + bytes.fromhex(sender) + b"\x01" + reference


async def raw_transactions(state):
    """Bytes in, effects out; the same bytes again give the same effects; others a conflict."""
    client = state["client"]
    dave = await funded(client)
    coin = (await client.list_owned_objects(dave.address(), "coin"))[0]
    data = transfer_bytes(coin, dave.address(), dave.address())
    tried = await client.simulate_transaction(data)
    check(status_of(tried) == "Success", "the simulation")
    done = await client.execute_transaction(dave.sign(data))
    digest = hashlib.blake2b(b"TransactionData::" + data, digest_size=32).digest()
    check(done.V1.transaction_digest == base58_encode(digest), "the digest is that of the bytes")
    check(done.V1.transaction_fee.total_fee == tried.V1.transaction_fee.total_fee, "the fee")
    again = await client.execute_transaction(dave.sign(data))
    check(again.V1.version == done.V1.version, "executed once, answered twice")
    other = transfer_bytes(coin, dave.address(), state["alice"].address())
    await refused(
        client.execute_transaction(dave.sign(other)),
        f"Object ({coin.id},",
        "is not available for consumption, its current version: Version(",
    )
    stranger = Key(keys.generate())
    await refused(client.execute_transaction(stranger.sign(data)), "")


async def conflicts(state):
    """Two transactions of one coin at once: one executes, the other is told who has the coin."""
    # One client sends one transaction after another.
    clients = client, _ = state["client"], state["second"]
    erin, frank = await funded(client), Key(keys.generate())
    seen = []
    for coin in await client.list_owned_objects(erin.address(), "coin"):
        both = [
            transfer_bytes(coin, erin.address(), recipient.address())
            for recipient in (erin, frank)
        ]
        ends = await asyncio.gather(
            *(one.execute_transaction(erin.sign(data)) for one, data in zip(clients, both)),
            return_exceptions=True,
        )
        lost = [str(end) for end in ends if isinstance(end, BaseException)]
        check(len(lost) == 1, f"one of two executes, not {2 - len(lost)}")
        known = "already locked by a different transaction", "is not available for consumption"
        check(any(words in lost[0] for words in known), f"a conflict in known words: {lost[0]}")
        check(f"Object ({coin.id}," in lost[0], f"the coin is named: {lost[0]}")
        seen.extend(words for words in known if words in lost[0])
        if known[0] in lost[0]:
            winner = both[[isinstance(end, BaseException) for end in ends].index(False)]
            digest = hashlib.blake2b(b"TransactionData::" + winner, digest_size=32).digest()
            check(base58_encode(digest) in lost[0], f"who has it is named: {lost[0]}")
    check("already locked by a different transaction" in seen, f"a lock was met: {seen}")


async def concurrent_clients(state):
    """Two clients at once, each with its own connection and coins."""
    to = Key(keys.generate()).address()
    owners = [await funded(state["client"]), await funded(state["client"])]
    clients = [state["client"], state["second"]]
    pairs = zip(clients, owners)
    await asyncio.gather(*(one.transfer_coin(owner.pair, to, 0.5) for one, owner in pairs))
    check(await state["client"].get_balance(to) == 1.0, "both arrive")


async def staking(state):
    client, alice = state["client"], state["alice"]
    network = await client.get_latest_system_state()
    validator = network.validators.validators[0].metadata.soma_address
    await client.add_stake(alice.pair, validator, 2.0)
    stakes = await client.list_owned_objects(alice.address(), "staked_soma")
    check(len(stakes) == 1, "the stake is there")
    await client.withdraw_stake(alice.pair, stakes[0].id)
    check(await client.list_owned_objects(alice.address(), "staked_soma") == [], "and gone again")


async def validators(state):
    client = state["client"]
    first, second = (Key(keys.from_secret_key(secret)) for secret in world["validators"][:2])
    await client.report_validator(first.pair, second.address())
    await client.undo_report_validator(first.pair, second.address())
    await client.set_validator_commission_rate(first.pair, 300)
    moved, address = (bytes([len(text)]) + text.encode() for text in world["addresses"])
    await client.update_validator_metadata(first.pair, next_epoch_primary_address=moved)
    candidate = Key(keys.from_secret_key(world["candidate"]["account"]))
    await client.request_faucet(candidate.address())
    protocol = bytes.fromhex(world["candidate"]["protocol"])
    await client.add_validator(
        candidate.pair,
        protocol,
        bytes.fromhex(world["candidate"]["network"]),
        bytes.fromhex(world["candidate"]["worker"]),
        bytes.fromhex(world["candidate"]["proof"]),
        address,
        address,
        address,
        address,
    )
    pending = (await client.get_latest_system_state()).validators.pending_validators
    check(len(pending) == 1, "a candidate")
    await client.remove_validator(candidate.pair, protocol)
    await refused(client.remove_validator(state["alice"].pair, protocol), "NotAValidator")


async def model_begins(state):
    client = state["client"]
    owner = state["owner"] = await funded(client)
    model = state["model"] = await client.create_model(owner.pair, 1000)
    check(model.startswith("0x") and len(model) == 66, "a model's id")
    weights = open(world["weights"], "rb").read()
    sealed, key = client_statics.encrypt_weights(weights)
    state["sealed"], state["key"] = sealed, key
    state["embedding"] = [0.25] * world["dim"]
    # Nobody answers there: whoever fetches the weights has to ask the node, which has them.
    upload(sealed)
    nowhere = "http://127.0.0.1:1/weights"
    await client.commit_model(owner.pair, model, nowhere, sealed, key, state["embedding"])
    await refused(
        client.reveal_model(owner.pair, model, key, state["embedding"]), "ModelRevealEpochMismatch"
    )


async def model_is_revealed(state):
    client, owner, model = state["client"], state["owner"], state["model"]
    epoch = await advance(state)
    check((await client.get_epoch(epoch - 1)).epoch == epoch - 1, "the epoch before")
    await client.reveal_model(owner.pair, model, state["key"], state["embedding"])
    check(model in [one.model_id for one in await client.get_active_models()], "it is active")
    await client.set_model_commission_rate(owner.pair, model, 500)
    await client.add_stake_to_model(owner.pair, model, 1.0)
    reporter = Key(keys.from_secret_key(world["validators"][0]))
    await client.report_model(reporter.pair, model)
    await client.undo_report_model(reporter.pair, model)
    check(await client.fetch_model(model) == state["sealed"], "the weights, as committed")


async def advance(state):
    """Ends the epoch while somebody waits for the next one."""
    client = state["client"]
    waiting = asyncio.ensure_future(second_client(state).wait_for_next_epoch(timeout=60.0))
    await asyncio.sleep(0.2)
    epoch = await client.advance_epoch()
    check(await waiting == epoch, "who waits for the next epoch gets it")
    return epoch


def second_client(state):
    called.add("SomaClient.wait_for_next_epoch")
    return state["second"]


async def submission(state):
    client, alice = state["client"], state["alice"]
    # The bond for a target with much to win is more than the stories before may have left.
    await client.request_faucet(alice.address())
    targets = await client.get_targets(status="open", limit=200)
    check(len(targets) > 0, "open targets")
    page = await client.list_targets(limit=1)
    rest = await client.list_targets(limit=1, page_token=page.next_page_token)
    check(page.targets[0].id != rest.targets[0].id, "pages go on")
    await refused(
        client.list_targets(limit=1, status="filled", page_token=page.next_page_token),
        "page_token",
    )
    await refused(client.list_targets(read_mask="id,nonsense"), "read_mask")
    found = await nearest(client, targets)
    check(found is not None, "some data is near enough to some target")
    target, data, url, score, distance = found
    before = await client.get_balance(alice.address())
    await client.submit_data(
        alice.pair,
        target.id,
        data,
        url,
        target.model_ids[score.winner],
        score.embedding,
        distance,
        score.loss_score,
    )
    state["target"], state["data"], state["before"] = target.id, data, before
    check(await client.fetch_submission_data(target.id) == data, "the data, as submitted")
    filled = await client.get_targets(status="filled", submitter=alice.address())
    check([one.id for one in filled] == [target.id], "the target is filled")
    await refused(
        client.submit_data(
            alice.pair,
            target.id,
            data,
            url,
            target.model_ids[score.winner],
            score.embedding,
            distance,
            score.loss_score,
        ),
        "TargetNotOpen",
    )


async def nearest(client, targets):
    """Scores files until one is near enough to a target of the same models."""
    for attempt in range(24):
        data = hashlib.blake2b(b"%d" % attempt).digest() * (1 + attempt % 5)
        data += f"Attempt {attempt}: the quick brown fox. ".encode() * (attempt % 7)
        url = upload(data)
        by_models = {}
        for target in targets:
            by_models.setdefault(tuple(target.model_ids), []).append(target)
        for same in by_models.values():
            manifests = await client.get_model_manifests(same[0])
            check(len(manifests) == len(same[0].model_ids), "a manifest a model")
            score = await client.score(url, manifests, same[0].embedding, data=data)
            check(len(score.loss_score) == len(manifests), "a loss a model")
            check(len(score.distance) == len(manifests), "a distance a model")
            check(abs(score.distance[score.winner] - cosine(score.embedding, same[0])) < 1e-4, "d")
            for target in same:
                distance = cosine(score.embedding, target)
                if distance < target.distance_threshold - 1e-3:
                    return target, data, url, score, distance
    return None


def cosine(embedding, target):
    dot = sum(a * b for a, b in zip(embedding, target.embedding))
    lengths = [sum(a * a for a in vector) ** 0.5 for vector in (embedding, target.embedding)]
    return 1.0 - dot / (lengths[0] * lengths[1])


async def published_models(state):
    """Weights of the published models have the same loss here and there, and so do ours."""
    # The frameworks take seconds to load.
    import models

    client, sizes = state["client"], world["models"]["config"]
    config = models.configure(sizes)
    noise = models.directions(world["models"]["directions"], sizes["dim"])
    ours = open(world["weights"], "rb").read()
    data = os.urandom(300) + b"The quick brown fox jumps over the lazy dog. " * 8
    url, target = upload(data), [1.0] * sizes["dim"]
    for weights in (models.fresh(config, int.from_bytes(os.urandom(4), "big")), ours):
        expected = models.evaluate(models.load(config, weights), data, sizes["positions"], noise)
        sealed, key = client_statics.encrypt_weights(weights)
        manifest = client_statics.model_manifest(
            upload(sealed), encrypted_weights=sealed, decryption_key=key
        )
        score = await client.score(url, [manifest], target, data=data)
        far = abs(score.loss_score[0] - expected["loss"]) / expected["loss"]
        check(far < TOLERANCE, f"loss {score.loss_score[0]} here, {expected['loss']} there")
        pairs = zip(score.embedding, expected["embedding"], strict=True)
        check(all(abs(one - other) < TOLERANCE * 10 for one, other in pairs), "the embedding")


async def audit_and_claim(state):
    client, alice = state["client"], state["alice"]
    await refused(client.claim_rewards(alice.pair, state["target"]), "AuditWindowOpen")
    await advance(state)
    reporter = Key(keys.from_secret_key(world["validators"][0]))
    await client.report_submission(reporter.pair, state["target"])
    await client.undo_report_submission(reporter.pair, state["target"])
    await advance(state)
    claimable = await client.get_targets(claimable=True, submitter=alice.address())
    check(state["target"] in [one.id for one in claimable], "the target is claimable")
    await client.claim_rewards(alice.pair, state["target"])
    check(await client.get_balance(alice.address()) > state["before"], "the reward is paid")
    await client.deactivate_model(state["owner"].pair, state["model"])
    active = [one.model_id for one in await client.get_active_models()]
    check(state["model"] not in active, "the model is gone")


async def bad_input(state):
    client, alice = state["client"], state["alice"]
    await refused(client.request_faucet("0xnonsense"), "Invalid address")
    await refused(client.get_balance("0xnonsense"), "")
    target = (await client.get_targets())[0]
    manifests = await client.get_model_manifests(target)
    await refused(client.score("http://127.0.0.1:1/x", [], target.embedding, data=b"x"), "")
    await refused(
        client.score("http://127.0.0.1:1/x", manifests, [1.0], data=b"x"), "target_embedding"
    )
    await refused(client.claim_rewards(alice.pair, "0x" + "ab" * 32), "")


TESTS = [
    connect,
    quick_start,
    chain_and_node,
    system_state,
    epochs,
    checkpoints,
    key_pairs,
    signatures,
    statics,
    objects,
    coins,
    raw_transactions,
    conflicts,
    concurrent_clients,
    staking,
    validators,
    model_begins,
    model_is_revealed,
    submission,
    published_models,
    audit_and_claim,
    bad_input,
]


def public_methods():
    return {
        f"{cls.__name__}.{name}"
        for cls in (SomaClient, Keypair)
        for name in dir(cls)
        if not name.startswith("_")
    }


async def main():
    state = {}
    for test in TESTS:
        start = time.monotonic()
        try:
            await test(state)
            passed.append(test.__name__)
            print(f"(pass) {test.__name__} [{time.monotonic() - start:.2f} s]", flush=True)
        except BaseException as error:
            failed.append(test.__name__)
            print(f"(fail) {test.__name__}: {type(error).__name__}: {error}", flush=True)
        if test is connect and not failed:
            state["second"] = await SomaClient(world["urls"]["rpc"])
            state["alice"] = await funded(state["client"])
    missing = sorted(public_methods() - called - set(EXCEPTIONS))
    stale = sorted(set(EXCEPTIONS) & called)
    without = sorted(public_methods() ^ set(world["parity"]))
    print(f"Methods exercised: {', '.join(sorted(public_methods() & called))}")
    for name in missing:
        print(f"(fail) {name} is neither exercised nor excepted")
    for name in without:
        print(f"(fail) {name} is in the package or in our parity table, not in both")
    for name in stale:
        print(f"(fail) {name} is excepted, and exercised")
    print(f"{len(public_methods() & called)} of {len(public_methods())} methods exercised")
    print(f"{len(passed)} of {len(TESTS)} stories passed")
    sys.stdout.flush()
    # The package's threads do not survive the end of the interpreter quietly.
    os._exit(1 if failed or missing or stale or without else 0)


asyncio.run(main())
