using Flyball.Metrics.Model;

namespace Flyball.Metrics.Relabelling;

/// <summary>What a rule of each action must and must not say.</summary>
internal static class RelabelRules
{
    private static readonly Dictionary<string, RelabelAction> Actions =
        Enum.GetValues<RelabelAction>().ToDictionary(
            action => action.ToString().ToLowerInvariant(), action => action, StringComparer.Ordinal);

    public static IEnumerable<string> ActionNames => Actions.Keys;

    /// <summary>Case does not matter.</summary>
    public static RelabelAction? TryParseAction(string text) =>
        Actions.TryGetValue(text.ToLowerInvariant(), out RelabelAction action) ? action : null;

    /// <summary>What is wrong with a rule, or null.</summary>
    public static string? Check(RelabelRule rule)
    {
        string action = rule.Action.ToString().ToLowerInvariant();
        bool needsTarget = rule.Action is RelabelAction.Replace or RelabelAction.HashMod or RelabelAction.Lowercase
            or RelabelAction.Uppercase or RelabelAction.KeepEqual or RelabelAction.DropEqual;
        if (rule.Modulus == 0 && rule.Action == RelabelAction.HashMod) return "hashmod needs a modulus of at least 1";
        if (needsTarget && rule.TargetLabel.Length == 0) return $"{action} needs a target_label";
        if (needsTarget && !LabelNames.IsValid(rule.TargetLabel)) return "target_label is no label name";
        bool isPlainReplacement = rule.Replacement == RelabelRule.DefaultReplacement;
        bool isTextAction = rule.Action is RelabelAction.Lowercase or RelabelAction.Uppercase;
        if (isTextAction && !isPlainReplacement) return $"{action} takes no replacement";
        bool isEquality = rule.Action is RelabelAction.KeepEqual or RelabelAction.DropEqual;
        if (isEquality && (rule.Modulus != 0 || !isPlainReplacement || !HasDefaultPattern(rule)))
            return $"{action} takes only source_labels and target_label";
        bool isNames = rule.Action is RelabelAction.LabelDrop or RelabelAction.LabelKeep;
        if (isNames && (rule.SourceLabels.Count > 0 || rule.TargetLabel.Length > 0 || rule.Modulus != 0
            || !isPlainReplacement || rule.Separator != ";"))
            return $"{action} takes only regex";
        return rule.Action == RelabelAction.LabelMap && rule.Replacement.Length == 0
            ? "labelmap needs a replacement"
            : null;
    }

    private static bool HasDefaultPattern(RelabelRule rule) => ReferenceEquals(rule.Pattern, new RelabelRule().Pattern);
}
