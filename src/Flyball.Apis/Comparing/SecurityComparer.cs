using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>Compares what callers of an operation have to show.</summary>
internal static class SecurityComparer
{
    public static void Compare(ApiSecurity? one, ApiSecurity? other, ApiOperation operation, Teller say)
    {
        var alternatives = other?.Alternatives ?? [];
        bool isFree = other is null || other.LetsEverybodyIn;
        bool wasFree = one is null || one.LetsEverybodyIn;
        string words = other?.Words ?? "nothing";
        if (words == (one?.Words ?? "nothing")) return;
        Located at = other?.At ?? operation.At;
        // Whoever was let in before must have a way in that asks for no more than they have shown.
        bool isBreaking = !isFree
            && (wasFree || !one!.Alternatives.All(old => alternatives.Any(now => Asks(now, old))));
        say(isBreaking ? Severity.Breaking : Severity.Compatible, "security.changed", at,
            $"{operation} asks callers for {Excerpt.Of(words)} now, for {Excerpt.Of(one?.Words ?? "nothing")} before");
    }

    private static bool Asks(
        SortedDictionary<string, IReadOnlyList<string>> now, SortedDictionary<string, IReadOnlyList<string>> old) =>
        now.All(scheme => old.TryGetValue(scheme.Key, out IReadOnlyList<string>? scopes)
            && scheme.Value.All(scope => scopes.Contains(scope, StringComparer.Ordinal)));
}
