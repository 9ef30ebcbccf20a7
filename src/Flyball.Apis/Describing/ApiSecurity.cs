namespace Flyball.Apis.Describing;

/// <summary>
/// Who may call: one of the alternatives is enough; each asks for all of its schemes, with their scopes. An alternative
/// without a scheme, and a list without alternatives, let everybody in.
/// </summary>
internal sealed record ApiSecurity(
    IReadOnlyList<SortedDictionary<string, IReadOnlyList<string>>> Alternatives, Located At)
{
    public bool LetsEverybodyIn => Alternatives.Count == 0 || Alternatives.Any(one => one.Count == 0);

    /// <summary>For people: <c>key or oauth (read, write)</c>.</summary>
    public string Words => field ??= LetsEverybodyIn && Alternatives.All(one => one.Count == 0)
        ? "nothing"
        : string.Join(" or ", Alternatives.Select(WordsOf));

    public static string WordsOf(SortedDictionary<string, IReadOnlyList<string>> alternative) =>
        alternative.Count == 0
            ? "nothing"
            : string.Join(" and ", alternative.Select(scheme =>
                scheme.Value.Count == 0 ? scheme.Key : $"{scheme.Key} ({string.Join(", ", scheme.Value)})"));
}
