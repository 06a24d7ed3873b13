import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { DONE } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, missingParameter } from "../errors";
import { filtered } from "../filters";
import type { KeyPair } from "../state";
import { setTags, specifiedTags, tagSet, tagsOf } from "../tags";
import { time } from "../xml";
import type { Xml } from "../xml";

function add(call: Call, name: string, publicKey: string, type: KeyPair["type"]): KeyPair {
    const { draft } = call;
    if (draft.keyPairs[name] !== undefined) {
        throw new Ec2Error("InvalidKeyPair.Duplicate", `The keypair already exists`);
    }
    const blob = Buffer.from(publicKey.split(/\s+/)[1] ?? "", "base64");
    const pair: KeyPair = {
        id: `key-0${randomBytes(8).toString("hex")}`,
        name,
        publicKey,
        fingerprint: createHash("sha256").update(blob).digest("base64"),
        type,
        createTime: call.now,
    };
    draft.keyPairs[name] = pair;
    setTags(call, pair.id, specifiedTags(call, "key-pair")["key-pair"]);
    return pair;
}

const pairView = (call: Call, pair: KeyPair): Record<string, Xml> => ({
    keyPairId: pair.id,
    keyName: pair.name,
    keyFingerprint: pair.fingerprint,
    tagSet: tagSet(call.draft, pair.id),
});

function importKeyPair(call: Call): Xml {
    const name = call.params.required("KeyName");
    const material = Buffer.from(call.params.required("PublicKeyMaterial"), "base64").toString().trim();
    const type = /^ssh-ed25519 [A-Za-z0-9+/=]+/.test(material)
        ? "ed25519"
        : /^ssh-rsa [A-Za-z0-9+/=]+/.test(material)
          ? "rsa"
          : undefined;
    if (type === undefined) {
        throw new Ec2Error("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
    }
    return pairView(call, add(call, name, material, type));
}

function createKeyPair(call: Call): Xml {
    const name = call.params.required("KeyName");
    const type = call.params.oneOf("KeyType", ["rsa", "ed25519"]) ?? "rsa";
    if (type !== "rsa") {
        throw new Ec2Error(
            "UnsupportedOperation",
            "the lab makes rsa keys only; make an ed25519 key with ssh-keygen and import it",
        );
    }
    call.params.oneOf("KeyFormat", ["pem"]);
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pair = add(call, name, openSshRsa(publicKey.export({ format: "jwk" })), "rsa");
    return { ...pairView(call, pair), keyMaterial: privateKey.export({ type: "pkcs1", format: "pem" }).toString() };
}

/** RFC 4253: three length-prefixed fields. */
function openSshRsa(key: { n?: string; e?: string }): string {
    const field = (bytes: Buffer): Buffer => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        return Buffer.concat([length, bytes]);
    };
    const integer = (text: string | undefined): Buffer => {
        const bytes = Buffer.from(text ?? "", "base64url");
        return field((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
    };
    return `ssh-rsa ${Buffer.concat([field(Buffer.from("ssh-rsa")), integer(key.e), integer(key.n)]).toString("base64")}`;
}

function describeKeyPairs(call: Call): Xml {
    const { params, draft } = call;
    const names = params.list("KeyName");
    const ids = params.list("KeyPairId");
    const withKey = params.bool("IncludePublicKey") ?? false;
    const all = Object.values(draft.keyPairs);
    const unknown = [...names, ...ids].find((each) => !all.some((pair) => pair.name === each || pair.id === each));
    if (unknown !== undefined) {
        throw new Ec2Error("InvalidKeyPair.NotFound", `The key pair '${unknown}' does not exist`);
    }
    const named =
        names.length + ids.length === 0
            ? all
            : all.filter((pair) => names.includes(pair.name) || ids.includes(pair.id));
    const filters = {
        fingerprint: (pair: KeyPair) => pair.fingerprint,
        "key-name": (pair: KeyPair) => pair.name,
        "key-pair-id": (pair: KeyPair) => pair.id,
    };
    const keySet = filtered(params, named, filters, (pair) => tagsOf(draft, pair.id)).map((pair) => ({
        ...pairView(call, pair),
        keyType: pair.type,
        createTime: time(pair.createTime),
        publicKey: withKey ? pair.publicKey : undefined,
    }));
    return { keySet };
}

function deleteKeyPair(call: Call): Xml {
    const { params, draft } = call;
    const name = params.text("KeyName");
    const id = params.text("KeyPairId");
    if (name === undefined && id === undefined) {
        throw missingParameter("KeyName");
    }
    // EC2 calls the deletion of a key that is not there a success.
    const pair = Object.values(draft.keyPairs).find((each) => each.name === name || each.id === id);
    if (pair !== undefined) {
        delete draft.keyPairs[pair.name];
        delete draft.tags[pair.id];
    }
    return { ...(DONE as object), keyPairId: pair?.id };
}

export const keyPairActions: Handlers = {
    ImportKeyPair: importKeyPair,
    CreateKeyPair: createKeyPair,
    DescribeKeyPairs: describeKeyPairs,
    DeleteKeyPair: deleteKeyPair,
};
