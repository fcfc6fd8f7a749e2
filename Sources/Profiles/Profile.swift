package import Claims
package import Cluster
import Defects
package import StickyProxy

/// A system that people balance with, as a behavior of the reference proxy: exact where its documents say, and honest where
/// they don't.
package struct Profile: Sendable {
    /// What `--profile` takes.
    package var name: String
    /// Other names for it.
    package var aliases: [String] = []
    /// What it is, in a sentence.
    package var summary: String
    /// What it does, with its times as they are documented.
    package var behavior: Behavior
    /// How many proxies share its listener, each with its own view of the nodes.
    package var instances = 1
    /// The profiles of its two listeners, where WebSockets have one for themselves.
    package var listeners: Listeners?
    /// The rules of a balancer within an app, which needs nodes of its own; nil for a proxy before any.
    package var cluster: ClusterRules?
    /// Whether nodes join and leave by its behavior's rule, so that it needs nodes of its own.
    package var startsNodes = false
    /// How many times faster than documented checks of nodes are made in a verification, so that it need not wait for
    /// minutes; what is claimed of faults of nodes shrinks with them.
    package var checkSpeed = 1
    /// What it claims, what it leaves out and why, and what to do about what it lacks.
    package var claims: ClaimSheet
    /// Where that is written.
    package var documents: [Document]
    /// What is not written anywhere, and was assumed.
    package var inferred: [String]
    /// Cases whose verdicts are not `pass`, as its documents let one expect.
    package var predictions: [Prediction]
    /// What it does wrong, where it is for that; nil for a system as it is.
    package var breaks: Breakage?

    /// Two listeners before one set of nodes, each a profile by name.
    package struct Listeners: Sendable, Hashable {
        /// What WebSockets go to.
        package var webSockets: String
        /// What all else goes to.
        package var http: String
    }

    /// Where something is written.
    package struct Document: Sendable, Hashable {
        /// What it is called.
        package var title: String
        /// Its address, or where it is kept.
        package var address: String

        init(_ title: String, _ address: String) {
            self.title = title
            self.address = address
        }
    }

    /// Cases whose verdict follows from a sentence of a document.
    package struct Prediction: Sendable, Hashable {
        /// The verdict.
        package var verdict: Deviation
        /// The cases' ids.
        package var cases: [String]
        /// What the document says, in our words.
        package var because: String

        init(_ verdict: Deviation, _ cases: [String], because: String) {
            self.verdict = verdict
            self.cases = cases
            self.because = because
        }
    }

    /// A verdict that is not `pass`.
    package enum Deviation: String, Sendable, Hashable, Codable {
        /// The system does not do it.
        case fail
        /// It does not do what it should.
        case warning
        /// It does not do what it may.
        case info
        /// It can't be asked, since something else goes wrong before.
        case inconclusive
        /// It does it or not, as chance has it.
        case varies
        /// It does not claim it, or the question has no meaning for it.
        case unsupported
    }
}

extension Profile {
    /// Every profile, those of the article first.
    package static let all: [Profile] = [
        .elbClassicHTTP, .elbClassicTCP, .elbClassicTwoPorts, .heroku2014, .herokuAffinity, .paasSticky, .meteorCluster,
        .meteorCluster169, .autoScaling, .alb, .ingressNginx, .traefik, .cloudflareLB, .azureAppGateway, .gcpALB, .fly,
    ]

    /// The profile of this name or alias, which may say one thing that it does wrong, as in `meteor-cluster/NAME`, or be a
    /// mutant's, with a rate or without; nil when there is none.
    package static func named(_ name: String) -> Profile? {
        if let profile = all.first(where: { $0.name == name || $0.aliases.contains(name) }) { return profile }
        if name == reference.name { return reference }
        // What is wrong with the name of a mutant, the choice itself tells.
        if let choice = try? MutantChoice(name) { return Profile(choice) }
        guard let slash = name.firstIndex(of: "/"), let profile = named(String(name[..<slash])),
            let defect = ClusterDefect(rawValue: String(name[name.index(after: slash)...]))
        else { return nil }
        return profile.doing(defect)
    }

    /// What it can be told to do wrong, one at a time.
    package var defects: [ClusterDefect] { cluster?.defects.isEmpty == true ? ClusterDefect.allCases : [] }

    /// The same, but for one thing that it does wrong; nil where there is no such thing.
    private func doing(_ defect: ClusterDefect) -> Profile? {
        guard defects.contains(defect), var rules = cluster else { return nil }
        rules.defects = [defect]
        var profile = self
        (profile.name, profile.summary) = ("\(name)/\(defect.rawValue)", defect.summary)
        (profile.cluster, profile.behavior, profile.predictions) = (rules, .cluster(rules), [])
        return profile
    }

    /// The verdicts that are not `pass`, by case.
    package var deviations: [String: Deviation] {
        var deviations: [String: Deviation] = [:]
        for prediction in predictions {
            for one in prediction.cases { deviations[one] = prediction.verdict }
        }
        return deviations
    }

    /// The profile as a verification runs it: checks are made ``checkSpeed`` times faster.
    package var accelerated: Profile {
        // What the reference claims holds as it is, and so it does for what is broken in it.
        guard isSystem else { return self }
        var profile = self
        profile.checkSpeed = 1
        if var probe = behavior.health.probe {
            probe.interval /= checkSpeed
            // A second at least: a busy machine must not make nodes look hung.
            probe.timeout = max(probe.timeout / checkSpeed, min(probe.timeout, .seconds(1)))
            profile.behavior.health.probe = probe
        }
        let speed = Int64(checkSpeed)
        profile.claims.faults = claims.faults.map { faults in
            FaultClaims(
                failover: faults.failover, killedMilliseconds: faults.killedMilliseconds.map { $0 / speed + 1_000 },
                hungMilliseconds: faults.hungMilliseconds.map { $0 / speed + 2_000 },
                returnedMilliseconds: faults.returnedMilliseconds.map { $0 / speed + 2_000 })
        }
        return profile
    }
}
