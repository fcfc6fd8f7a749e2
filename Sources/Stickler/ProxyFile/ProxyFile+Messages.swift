import Balancers
import StickyProxy

extension Behavior.Upgrade {
    /// Keys of `upgrade:`.
    mutating func read(_ knobs: inout KnobReader) throws(ManifestError) {
        if let prefixes = try knobs.texts("paths") {
            paths = prefixes == ["none"] ? [] : prefixes.map { Path.prefix($0) }
        }
        try knobs.choice("connection", ["token": .token, "whole-value": .wholeValue], &connection)
        try knobs.choice("refusal", ["passed": .passed, "bad-gateway": .badGateway], &refusal)
        try knobs.choice("tunnel", ["switching": .switching, "any-answer": .anyAnswer], &tunnel)
    }
}

extension Behavior.Headers {
    /// Keys of `headers:`.
    mutating func read(_ knobs: inout KnobReader) throws(ManifestError) {
        try knobs.choice(
            "forwardedFor", ["replaced": .replaced, "appended": .appended, "kept-if-present": .keptIfPresent],
            &forwardedFor)
        try knobs.choice("host", ["kept": .kept, "node-address": .nodeAddress], &host)
        try knobs.choice("hopFields", ["dropped": .dropped, "passed": .passed], &hopFields)
        try knobs.choice("underscores", ["passed": .passed, "dropped": .dropped], &underscores)
        try knobs.text("locationOrigin", &locationOrigin)
    }
}

extension Behavior.Requests {
    /// Keys of `requests:`.
    mutating func read(_ knobs: inout KnobReader) throws(ManifestError) {
        try knobs.text("strippedPrefix", &strippedPrefix)
        try knobs.choice("lengths", ["one-only": .oneOnly, "both-passed": .bothPassed], &lengths)
        guard strippedPrefix?.hasPrefix("/") ?? true, strippedPrefix?.hasSuffix("/") != true else {
            throw knobs.error(
                "strippedPrefix", "is no folder", remedy: "write it with a slash before it only, such as /app")
        }
    }
}

extension Behavior.Answers {
    /// Keys of `answers:`.
    mutating func read(_ knobs: inout KnobReader) throws(ManifestError) {
        try knobs.choice(
            "buffering", ["none": .none, "whole": .whole, "whole-for-gzip": .wholeForGzip], &buffering)
        try knobs.choice("errors", ["passed": .passed, "replaced": .replaced], &errors)
        try knobs.choice("cut", ["shown": .shown, "hidden": .hidden], &cut)
        try knobs.choice("abandoned", ["cancelled": .cancelled, "continued": .continued], &abandoned)
    }
}
