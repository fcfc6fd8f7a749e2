/// Messages as Meteor applications send them.
struct DDPTraffic {
    var name: String
    var text: String
    var isOfClient = false
    /// Whether the target holds for it.
    var isTypical = true

    static let all = [
        DDPTraffic(
            name: "added",
            text: #"{"msg":"added","collection":"messages","id":"hTmDnzHriwRJJokjX","fields":{"roomId":"#
                + #""GENERAL","author":{"_id":"cp9hWvhg8GSvuZ9os","username":"ada"},"text":"The quick brown fox "#
                + #"jumps over the lazy dog","createdAt":{"$date":1378747430526},"likes":17,"pinned":false}}"#),
        DDPTraffic(
            name: "added, small", text: #"{"msg":"added","collection":"counters","id":"a","fields":{"count":12}}"#),
        DDPTraffic(
            name: "changed",
            text: #"{"msg":"changed","collection":"messages","id":"hTmDnzHriwRJJokjX","fields":{"likes":18,"#
                + #""editedAt":{"$date":1378747431000}},"cleared":["pinned"]}"#),
        DDPTraffic(
            name: "method",
            text: #"{"msg":"method","id":"42","method":"sendMessage","params":[{"roomId":"GENERAL","text":"#
                + #""Hello there, how are you \"today\"?","mentions":["ada","grace"],"at":{"$date":1378747430526}}],"#
                + #""randomSeed":"daf3cb77cc563c5a5167"}"#, isOfClient: true),
        DDPTraffic(
            name: "result",
            text: #"{"msg":"result","id":"42","result":{"_id":"WKrBPwCSbzNHmhacn","ok":true,"scores":"#
                + #"[1.5,2.25,3,4,5000],"next":null}}"#),
        DDPTraffic(name: "updated", text: #"{"msg":"updated","methods":["42"]}"#, isTypical: false),
        DDPTraffic(
            name: "added, 16 KiB",
            text: #"{"msg":"added","collection":"posts","id":"f8HCbDcMgqbwWirFS","fields":{"comments":["#
                + (0..<100).map(comment).joined(separator: ",") + "]}}", isTypical: false),
    ]

    private static func comment(_ number: Int) -> String {
        #"{"_id":"c02574d25f1d667e2453","n":\#(number),"by":"user\#(number)","text":"Lorem ipsum dolor sit amet, "#
            + #"consectetur adipiscing elit, sed do eiusmod","at":{"$date":137874743\#(1_000 + number)}}"#
    }
}
