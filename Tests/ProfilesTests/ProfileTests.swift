import Claims
import Defects
import StickyProxy
import Testing

@testable import Profiles

@Suite("Profiles")
struct ProfileTests {
    @Test func `names and aliases are told apart, and are words that fit a shell`() {
        let names = Profile.all.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
        for name in names { #expect(name.wholeMatch(of: /[a-z0-9]+([-.][a-z0-9]+)*/) != nil, "\(name)") }
        #expect(Profile.named("modulus")?.name == "paas-sticky")
        #expect(Profile.named("nothing") == nil)
    }

    @Test(arguments: Mutant.all.map(\.name))
    func `a mutant is a profile too, which says what it breaks and is predicted to fail there`(_ name: String) throws {
        #expect(!Profile.all.contains { $0.name == name || $0.aliases.contains(name) })
        let (profile, mutant) = (try #require(Profile.named(name)), try #require(Mutant.named(name)))
        let breaks = try #require(profile.breaks)
        #expect([profile.name, breaks.caseID, breaks.finding] == [name, mutant.breaks, mutant.finding])
        #expect(profile.deviations == [mutant.breaks: .fail])
        let damage = profile.damage(seed: 1)
        #expect(damage.behavior == mutant.behavior && damage.defects.count == mutant.defects.count)
        #expect((profile.webSockets == nil) == (mutant.webSockets == nil))
        #expect(!profile.isSystem)
    }

    @Test func `a mutant at a rate damages what is drawn, and a system nothing`() throws {
        let rated = try #require(Profile.named("cors-overwritten:1/3"))
        #expect(rated.name == "cors-overwritten:1/3" && rated.damage(seed: 1).lottery != nil)
        #expect(Profile.named("tunnels-expire:1/3") == nil)
        for profile in Profile.all + [.reference] {
            #expect(profile.breaks == nil)
            let damage = profile.damage(seed: 1)
            #expect(damage.behavior == profile.behavior && damage.defects.isEmpty && damage.lottery == nil)
        }
        #expect(Profile.all.allSatisfy(\.isSystem) && !Profile.reference.isSystem)
        #expect(Profile.named("reference")?.behavior == .reference)
        #expect(Profile.all.filter { $0.webSockets != nil }.map(\.name) == ["elb-classic-two-ports"])
    }

    @Test(arguments: Profile.all.map(\.name))
    func `each names its documents, says what is assumed, and has a sentence`(_ name: String) throws {
        let profile = try #require(Profile.named(name))
        #expect(!profile.documents.isEmpty)
        #expect(!profile.inferred.isEmpty)
        #expect(profile.summary.hasSuffix(".") && profile.summary.count <= 130)
    }

    @Test(arguments: Profile.all.map(\.name))
    func `each claims what is core, and gives a reason and a source for what it leaves out`(_ name: String) throws {
        let claims = try #require(Profile.named(name)).claims
        for feature in Feature.allCases {
            let isClaimed = claims.directives[feature] != nil
            #expect(isClaimed != (claims.omissions[feature] != nil), "\(feature)")
            if feature.isCore { #expect(isClaimed, "\(feature) is core") }
        }
        for omission in claims.omissions.values {
            #expect(!omission.reason.isEmpty && omission.source.hasPrefix("https://"))
        }
    }

    @Test(arguments: Profile.all.map(\.name))
    func `each case is predicted once, with a reason`(_ name: String) throws {
        let predictions = try #require(Profile.named(name)).predictions
        let cases = predictions.flatMap(\.cases)
        #expect(Set(cases).count == cases.count)
        #expect(predictions.allSatisfy { !$0.because.isEmpty })
    }

    @Test func `one lets nodes join and leave by the documented rule, and says that it can be done`() {
        let starting = Profile.all.filter(\.startsNodes)
        #expect(starting.map(\.name) == ["auto-scaling"])
        #expect(starting.allSatisfy { $0.behavior.scaling == ScalingRules() && $0.claims.verbs.contains(.scale) })
        #expect(Profile.all.filter { $0.claims.verbs.contains(.scale) }.map(\.name) == ["auto-scaling"])
    }

    @Test func `in a verification checks are faster, claims of them too, and nothing else changes`() throws {
        let (slow, fast) = (Profile.alb, Profile.alb.accelerated)
        #expect(slow.behavior.health.probe?.interval == .seconds(30))
        #expect(fast.behavior.health.probe?.interval == .milliseconds(1_500))
        #expect(fast.behavior.health.probe?.timeout == .seconds(1))
        #expect(fast.claims.faults?.killedMilliseconds == Int64(4_250))
        var same = fast.behavior
        same.health.probe = slow.behavior.health.probe
        #expect(same == slow.behavior)
        #expect(fast.accelerated.behavior == fast.behavior)
        #expect(Profile.paasSticky.accelerated.behavior == Profile.paasSticky.behavior)
        for profile in [Profile.reference, try #require(Profile.named("rehomes-late"))] {
            #expect(profile.accelerated.claims.faults == ClaimSheet.reference.faults)
        }
    }
}
