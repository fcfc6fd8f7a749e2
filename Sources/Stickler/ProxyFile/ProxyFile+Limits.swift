import Balancers
import StickyProxy

extension Behavior.Limits {
    /// Keys of `limits:`.
    mutating func read(_ knobs: inout KnobReader) throws(ManifestError) {
        try readSizes(&knobs)
        try readTimes(&knobs)
        try knobs.section("tunnelSideIdle") { (part) throws(ManifestError) in
            var sides = SideIdle(client: tunnelIdle, node: tunnelIdle)
            try part.time("client", &sides.client)
            try part.time("node", &sides.node)
            tunnelSideIdle = sides
        }
        try knobs.section("firstByte") { (part) throws(ManifestError) in
            var rule = FirstByte(limit: exchangeIdle)
            try part.time("limit", &rule.limit)
            try part.whole("status", in: 500...599, &rule.status)
            try part.choice("then", ["answered": .answered, "next-node": .sentToNextNode], &rule.then)
            firstByte = rule
        }
        try knobs.section("queue") { (part) throws(ManifestError) in
            var rule = Queue(requestsPerNode: 100, patience: .seconds(10))
            try part.whole("requestsPerNode", in: 1...1_000_000, &rule.requestsPerNode)
            try part.time("patience", &rule.patience)
            queue = rule
        }
    }

    private mutating func readSizes(_ knobs: inout KnobReader) throws(ManifestError) {
        let anySize = 1...1 << 30
        try knobs.whole("headBytes", in: 256...65_536, &headBytes)
        try knobs.whole("headFields", in: 1...10_000, &headFields)
        try knobs.whole("answerHeadBytes", in: 256...65_536, &answerHeadBytes)
        try knobs.whole("bodyBytes", in: anySize, &bodyBytes)
        try knobs.whole("pendingBytes", in: 1_024...1 << 24, &pendingBytes)
        try knobs.whole("bodyProgress", in: anySize, &bodyProgress)
        try knobs.whole("connections", in: anySize, &connections)
        try knobs.whole("connectionsPerAddress", in: anySize, &connectionsPerAddress)
        try knobs.whole("tunnelsPerNode", in: anySize, &tunnelsPerNode)
        try knobs.whole("requestsPerNode", in: anySize, &requestsPerNode)
        try knobs.whole("pooledPerNode", in: 0...10_000, &pooledPerNode)
    }

    private mutating func readTimes(_ knobs: inout KnobReader) throws(ManifestError) {
        try knobs.time("connectTimeout", &connectTimeout)
        try knobs.time("clientIdle", &clientIdle)
        try knobs.time("headTime", &headTime)
        try knobs.time("bodyTime", &bodyTime)
        try knobs.time("exchangeIdle", &exchangeIdle)
        try knobs.time("tunnelIdle", &tunnelIdle)
        try knobs.time("tunnelLifetime", &tunnelLifetime)
        try knobs.time("pooledIdle", &pooledIdle)
        try knobs.time("pooledIdleForUnsafe", &pooledIdleForUnsafe)
        try knobs.time("drain", &drain)
        try knobs.time("lingering", &lingering)
    }
}
