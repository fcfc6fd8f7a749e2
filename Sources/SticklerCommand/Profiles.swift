import ArgumentParser
import Stickler

struct Profiles: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the profiles: systems that people balance with, as behaviors of the reference proxy.",
        discussion: """
            A line is a name and what it is; another name for one has a line of its own. With a name: where that is written, \
            what was assumed, and which cases are not passed and why. Mutants are profiles too, of the reference proxy with one \
            thing broken; `stickler mutants` lists them.
            """)

    @Argument(help: "Show all that is known of this one.")
    var name: String?

    func run() throws {
        guard let name else {
            for profile in ProfileList.all {
                Terminal.say("\(profile.name)  \(profile.summary)")
                for alias in profile.aliases { Terminal.say("\(alias)  another name for \(profile.name)") }
            }
            return
        }
        let profile = try ProfileList.named(name)
        Terminal.say("\(profile.name): \(profile.summary)")
        for alias in profile.aliases { Terminal.say("another name: \(alias)") }
        if let breaks = profile.breaks { Terminal.say("breaks: \(breaks)") }
        for document in profile.documents { Terminal.say("document: \(document)") }
        for assumption in profile.inferred { Terminal.say("assumed: \(assumption)") }
        for defect in profile.defects { Terminal.say("may do wrong: \(defect)") }
        for prediction in profile.predictions { Terminal.say("predicted: \(prediction)") }
        if profile.predictions.isEmpty { Terminal.say("predicted: every case is passed, or not claimed") }
        if let speeds = profile.scalingSpeeds {
            Terminal.say(
                "in a verification nodes come and go \(speeds.verification) times as fast, in a stress run \(speeds.stress) times"
            )
        }
        if profile.checkSpeed > 1 {
            Terminal.say(
                "in a verification nodes are checked \(profile.checkSpeed) times as often, and found down and up so much "
                    + "sooner; `stickler proxy --profile` keeps the documented times")
        }
    }
}
