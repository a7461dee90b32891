//! The words that tell what a tool does: lists in which blanks part the words.
//!
//! A verb that is also a noun (`charge`, `run`, `order`) decides only where it stands like a verb. A verb whose meaning
//! hangs on its object has a row in [`WITH_OBJECT`]: making a *payment* moves money, making a *payment method* does not.

use super::Category::{self, Destructive, Execute, Financial, Read, Write};

/// Whether the list has the word.
pub(crate) fn has(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|own| own == word)
}

/// Verbs that are nothing else, wherever they stand.
pub(crate) const VERBS: [(Category, &str); 5] = [
    (
        Destructive,
        "\
        delete del rm rmdir remove destroy drop purge wipe erase truncate clear reset revoke uninstall terminate prune \
        flush discard unlink expunge shred obliterate nuke deprovision decommission overwrite rollback empty undeploy",
    ),
    (Financial, "pay repay prepay buy withdraw remit donate invest sell reimburse redeem rent"),
    (
        Execute,
        "\
        execute exec eval evaluate invoke trigger deploy redeploy start restart reboot stop kill launch relaunch apply \
        spawn dispatch rerun retry provision install migrate compile generate optimize optimise simulate shutdown \
        perform",
    ),
    (
        Write,
        "\
        create make update upsert add set edit insert write save send put upload move rename assign unassign invite \
        publish unpublish enable disable configure register submit append modify merge push reply subscribe \
        unsubscribe mark unmark import sync attach detach connect disconnect pause resume archive unarchive restore \
        approve reject accept decline cancel close open reopen lock unlock notify join leave follow unfollow star \
        unstar pin unpin activate deactivate manage toggle switch rotate renew upgrade downgrade confirm complete \
        finalize finalise process place authorize authorise settle initiate begin click fill navigate drag hover \
        remember forget revert replace convert login logout authenticate undelete collect handle do ask ban unblock \
        mute unmute deny allow unstage rebase scale resize extend adjust increment decrement allocate capture \
        exchange",
    ),
    (
        Read,
        "\
        get list read fetch find describe show view retrieve lookup inspect validate verify compare browse download \
        resolve analyze analyse summarize summarise explain discover suggest recommend calculate compute detect wait \
        poll whoami is has exists grep peek stat ls cat tail print return tell see enumerate ping echo preview diff \
        count help",
    ),
];

/// Verbs that count even as the object of another one: who may confirm a deletion deletes.
pub(crate) const FINAL: &str = "\
        delete destroy purge wipe erase truncate rm rmdir remove uninstall unlink decommission deprovision obliterate";

/// Verbs that are nouns as well: in `list_charges` and `get_order` nothing is charged and nothing ordered.
pub(crate) const NOUN_VERBS: [(Category, &str); 4] = [
    (Financial, "charge refund transfer order checkout deposit payout topup tip bid trade bill purchase"),
    (Execute, "run build call script job test crawl train release"),
    (
        Write,
        "\
        post patch copy comment commit change record log link tag label fork draft request share note book branch \
        track message email reserve input select pick scroll report stake swap review issue type store schedule format \
        block grant stage answer press claim",
    ),
    (
        Read,
        "\
        search query check look estimate quote watch monitor filter trace scan audit measure export extract parse \
        screenshot sample",
    ),
];

/// Verbs that say too little in a sentence to weigh against a name: "Starts a backup", "Use it to open".
pub(crate) const VAGUE_IN_TEXT: &str = "start open make do handle manage perform set place type complete apply is has";

/// What a verb does to some objects and not to others: the first row that has both decides.
pub(crate) const WITH_OBJECT: [(&str, &str, Category); 15] = [
    ("checkout", REVISIONS, Write),
    ("transfer", NO_FUNDS, Write),
    ("withdraw", "application consent offer candidate submission request proposal review", Write),
    ("purge flush clear empty reset", "cache filter selection console", Execute),
    ("reset", "password passcode pin view zoom", Write),
    ("rotate", "key secret token credential password certificate", Destructive),
    ("push", "force", Destructive),
    ("create add submit start trigger", "deployment execution run", Execute),
    ("register renew reserve", "domain", Financial),
    ("renew upgrade subscribe", "plan subscription membership license licence tier", Financial),
    ("book reserve", "flight hotel room ticket trip car stay table", Financial),
    ("move send swap stake", FUNDS, Financial),
    (MOVERS, PAID, Financial),
    (COMPLETERS, PURCHASES, Financial),
    ("add create issue", "credit fund balance", Financial),
];

/// Verbs that bring about what their object names.
const MOVERS: &str = "\
        create make submit process complete confirm capture authorize authorise approve accept place finalize finalise \
        issue send initiate execute settle release collect perform schedule add post do trigger retry request put";

/// What is paid or paid out once it is brought about. A purchase that is only begun is not among them.
const PAID: &str = "\
        charge payment refund payout transfer order invoice subscription tip donation deposit withdrawal bid trade \
        transaction topup debit bill fund money remittance purchase";

/// Verbs that bring something begun to its end.
const COMPLETERS: &str = "\
        complete confirm submit process finalize finalise place execute approve authorize authorise capture perform";

/// What is begun, and paid for at its end.
const PURCHASES: &str = "checkout purchase cart basket booking reservation";

/// Money itself.
pub(crate) const FUNDS: &str = "fund money cash payment balance dollar euro usd eur usdc btc eth crypto";

/// What is transferred without money.
const NO_FUNDS: &str = "\
        issue ownership owner repo repository file folder data project call ticket lead chat conversation contact \
        message site task domain workspace student patient";

/// What is checked out without money.
const REVISIONS: &str = "git branch repo repository commit revision worktree file ref pr svn";

/// Behind one of these, a word for money is a word for something else: a payment *method*, an order *status*.
pub(crate) const NO_MONEY_BEHIND: &str = "\
        method link page portal profile setting config policy template webhook reminder notification term code note \
        comment report label tag form request type reason status history dispute";

/// Beside one of these, a subscription is not paid for.
pub(crate) const UNPAID_SUBSCRIPTIONS: &str = "\
        notification event webhook topic email newsletter push feed azure pubsub change alert rss calendar queue \
        mailing";

/// A name that ends so and has no verb says what is shown.
pub(crate) const SHOWN: &str = "\
        status info information history detail summary stat statistic metric schema doc documentation version health \
        usage balance catalog catalogue log overview";

/// A name that ends so names a measure, so that no word in it is a deed.
pub(crate) const MEASURES: &str = "ratio rate score threshold limit level percentage size";

/// Words behind which another deed follows.
pub(crate) const CONJUNCTIONS: &str = "and or then also plus ,";

/// Arguments that say what to do, where the schema lists what they can be.
pub(crate) const DEEDS: &str = "action operation op method verb command mutation";

/// Verbs that leave it to an argument what is done.
pub(crate) const OPEN: &str = "manage handle perform do process control";

/// Arguments that are a program.
pub(crate) const PROGRAMS: &str = "command cmd script shell sql bash javascript commands";

/// Arguments that are an amount of money or of something paid for.
pub(crate) const AMOUNTS: &str = "\
        amount amounts total subtotal price cost units quantity quantities qty cents sum credits budget spend spending fee tip \
        money minor lamports";

/// What makes another word of a verb: `deployments`, `removed`. A verb that is written together with its object ends otherwise.
pub(crate) const ENDINGS: &str = "s es d ed r er rs ers ing ment ments able";

/// Several at once.
pub(crate) const BULK: &str = "bulk batch mass all many multiple everything everywhere every";

/// Power over others.
pub(crate) const ADMIN: &str = "admin administrator root sudo superuser system iam permission permissions role roles";

/// Arguments that take a brake off.
pub(crate) const UNBRAKED: &str = "force recursive cascade permanent permanently overwrite hard";

/// Said of what cannot be taken back.
pub(crate) const LASTING: &str = "permanently irreversible irreversibly undone forever destroys unrecoverable cleared";

/// Said of what costs something.
pub(crate) const COSTS: &str = "costs billed charged charges pays paid fee purchase credits";

/// Words that begin a sentence before its verb.
pub(crate) const LEAD_INS: &str = "\
        this the a an tool tools function method endpoint use used to it allows allow lets let you users user agents \
        agent enables will can permanently immediately securely safely irreversibly automatically quickly \
        asynchronously for that please";

/// A noun-verb before one of these in a sentence is a verb: "Charges the card", but not "Charge details".
pub(crate) const DETERMINERS: &str = "a an the this that one any all some new every each your their its up arbitrary";

/// Words that end what a verb of a sentence is about.
pub(crate) const PREPOSITIONS: &str =
    "of from for to with in by on at when using via into as without if that which who whose";
