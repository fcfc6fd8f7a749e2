import Balancers
import StickyProxy

extension Behavior.Distribution {
    /// Keys of `distribution:`.
    mutating func read(_ knobs: inout KnobReader) throws(ManifestError) {
        try knobs.choice(
            "order", ["round-robin": .roundRobin, "random": .random, "least-connections": .leastConnections], &order)
        try knobs.whole("backups", in: 0...1_000, &backups)
        try knobs.choice("noNode", ["service-unavailable": .serviceUnavailable, "closed": .closed], &noNode)
        try knobs.time("lastResort", &lastResort)
    }
}

extension Behavior.Health {
    /// Keys of `health:`.
    mutating func read(_ knobs: inout KnobReader) throws(ManifestError) {
        var isProbed = probe != nil
        try knobs.flag("probes", &isProbed)
        if !isProbed { probe = nil } else if probe == nil { probe = Probe() }
        try knobs.section("probe") { (part) throws(ManifestError) in
            guard var rules = probe else {
                throw part.error(
                    "path", "is a knob of checks", remedy: "\"probes: false\" makes none; take one of the two out")
            }
            try part.choice("check", ["answer": .answer, "any-answer": .anyAnswer, "connect": .connect], &rules.check)
            try part.choice("unreached", ["failure": .failure, "as-before": .asBefore], &rules.unreached)
            try part.text("path", &rules.path)
            guard rules.path.hasPrefix("/"), rules.path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw part.error(
                    "path", "is no path", remedy: "write one that begins with a slash, for example /health")
            }
            try part.time("interval", &rules.interval)
            try part.time("timeout", &rules.timeout)
            try part.whole("fall", in: 1...1_000, &rules.fall)
            try part.whole("rise", in: 1...1_000, &rules.rise)
            probe = rules
        }
        try knobs.whole("connectFall", in: 1...1_000, &connectFall)
        try knobs.time("failTimeout", &failTimeout)
        try knobs.choice(
            "readmission", ["when-healthy": .whenHealthy, "after-all-were-down": .afterAllWereDown], &readmission)
        try knobs.choice("tunnelsOnDown", ["of-the-node": .ofTheNode, "all": .all], &tunnelsOnDown)
        try knobs.choice("tunnelsOnUp", ["none": .none, "all": .all], &tunnelsOnUp)
        try knobs.time("refusedUpgradeEjection", &refusedUpgradeEjection)
    }
}

extension Behavior.Retry {
    /// Keys of `retry:`.
    mutating func read(_ knobs: inout KnobReader) throws(ManifestError) {
        try knobs.whole("rounds", in: 1...100, &rounds)
        try knobs.time("pause", &pause)
        try knobs.time("patience", &patience)
        try knobs.flag("idempotent", &idempotent)
        try knobs.whole("postBodyLimit", in: 1...16 << 20, &postBodyLimit)
        try knobs.choice("cookie", ["of-the-last": .ofTheLast, "of-the-first": .ofTheFirst], &cookie)
    }
}
