namespace Flyball.Scheduling.Compose.Keys;

/// <summary>
/// The one table of Compose keys: what is supported, what is accepted with a warning, what is refused, and how values
/// merge. The checks, the merging and <c>docs/compose.md</c> all come from it.
/// </summary>
internal static class ComposeKeys
{
    private const string ServicePrefix = "services.*.";

    public static IReadOnlyList<KeyRule> All { get; } =
    [
        .. TopLevelKeys.All,
        .. ServiceKeys.All.Concat(AttachmentKeys.All).Concat(BuildKeys.All).Concat(DeployKeys.All).Concat(ScaleKeys.All)
            .Concat(RouteKeys.All).Concat(ApiKeys.All)
            .Select(rule => rule with { Path = ServicePrefix + rule.Path }),
    ];

    public static KeyBranch Root { get; } = Plant();

    /// <summary>The branch of one service.</summary>
    public static KeyBranch Service { get; } = Root.Find("services")!.Any!;

    /// <summary>The branch of <c>x-scale</c>.</summary>
    public static KeyBranch Scale { get; } = Service.Find(ScaleKeys.Root)!;

    private static KeyBranch Plant()
    {
        var root = new KeyBranch("");
        foreach (KeyRule rule in All) root.Add(rule);
        return root;
    }
}
