// One walk through a mailbox with imapflow; prints what it saw as JSON.
import process from "node:process";
import { ImapFlow } from "imapflow";

const [port, user, pass] = process.argv.slice(2);

async function main() {
  const client = new ImapFlow({
    host: "127.0.0.1",
    port: Number(port),
    secure: false,
    logger: false,
    auth: { user, pass },
    tls: { rejectUnauthorized: false },
  });
  await client.connect();
  const saw = { enabled: [...client.enabled].sort(), secure: client.secureConnection };
  const made = await client.mailboxCreate("Größe");
  saw.made = [made.path, typeof made.mailboxId];
  saw.listed = (await client.list({ statusQuery: { messages: true } })).map((box) => [
    box.path,
    box.specialUse || "",
    box.subscribed,
    box.status ? box.status.messages : null,
  ]);
  const letter =
    "From: Jörg <joerg@example.com>\r\nSubject: Grüße\r\nMessage-ID: <a@example.com>\r\n\r\nx\r\n";
  const reply =
    "Subject: Re: hi\r\nMessage-ID: <b@example.com>\r\nReferences: <a@example.com>\r\n\r\ny\r\n";
  saw.appended = (await client.append("Größe", letter, ["\\Seen"])).uid;
  await client.append("Größe", reply);
  const lock = await client.getMailboxLock("Größe");
  const box = client.mailbox;
  saw.opened = [box.path, box.exists, typeof box.highestModseq, box.mailboxId === made.mailboxId];
  saw.fetched = [];
  const query = { envelope: true, flags: true, threadId: true, bodyStructure: true, source: true };
  for await (const one of client.fetch("1:*", query)) {
    saw.fetched.push([
      one.uid,
      one.envelope.subject,
      [...one.flags].sort(),
      one.source.length,
      one.emailId,
      one.threadId,
      one.bodyStructure.type,
    ]);
  }
  saw.found = await client.search({ subject: "grüße" }, { uid: true });
  await client.messageFlagsAdd({ uid: 2 }, ["\\Flagged", "$Forwarded"]);
  saw.flags = [...(await client.fetchOne("2", { flags: true }, { uid: true })).flags].sort();
  saw.moved = [...(await client.messageMove("1", "Archive", { uid: true })).uidMap];
  saw.left = client.mailbox.exists;
  lock.release();
  saw.renamed = (await client.mailboxRename("Größe", "Maß")).newPath;
  saw.deleted = (await client.mailboxDelete("Maß")).path;
  saw.quota = await client.getQuota("INBOX");
  await client.logout();
  process.stdout.write(JSON.stringify(saw));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
