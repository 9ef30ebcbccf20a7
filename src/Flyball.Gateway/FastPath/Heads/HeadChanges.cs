using Flyball.Gateway.Guarding;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>What a route changes in a head that is sent on: its target's beginning, and what its guards say.</summary>
internal readonly record struct HeadChanges(PrefixChange Prefix, Passage? Passage);
