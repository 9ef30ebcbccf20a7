using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.Model;
using Flyball.Metrics.Rules.Evaluating;

namespace Flyball.Metrics.Api.Alerting;

/// <summary>Which rules a request for rules wants to see, and how many groups at a time.</summary>
internal sealed record RuleFilter
{
    private IReadOnlyList<string> Names { get; init; } = [];

    private IReadOnlyList<string> Groups { get; init; } = [];

    private IReadOnlyList<string> Files { get; init; } = [];

    private IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors { get; init; } = [];

    /// <summary><c>alert</c>, <c>record</c>, or empty for both.</summary>
    private string Type { get; init; } = "";

    private int GroupLimit { get; init; }

    private string Token { get; init; } = "";

    /// <summary>Whether rules are shown with their alerts.</summary>
    public bool WithAlerts { get; init; }

    public static RuleFilter Read(ApiParameters parameters)
    {
        string type = parameters.Text("type").ToLowerInvariant();
        if (type is not ("" or "alert" or "record"))
            throw ApiRefusal.Parameter("type", $"not supported value {Quoting.Quote(type)}");
        string token = parameters.Text("group_next_token");
        string limit = parameters.Text("group_limit");
        if (token.Length > 0 && limit.Length == 0)
            throw ApiRefusal.Parameter("group_next_token", "group_limit must be given too");
        bool isCount = int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out int groupLimit);
        if (limit.Length > 0 && (!isCount || groupLimit < 1))
            throw ApiRefusal.Parameter("group_limit", "it must be a whole number above 0");
        return new RuleFilter
        {
            Names = parameters.Texts("rule_name[]"),
            Groups = parameters.Texts("rule_group[]"),
            Files = parameters.Texts("file[]"),
            Selectors = parameters.Selectors(),
            Type = type,
            WithAlerts = !parameters.Switch("exclude_alerts"),
            GroupLimit = groupLimit,
            Token = token,
        };
    }

    /// <summary>The groups that have something to show, one page of them, and the token of the next page.</summary>
    public (IReadOnlyList<(RunningGroup Group, IReadOnlyList<RunningRule> Rules)> Page, string? Next) Apply(
        IReadOnlyList<RunningGroup> all)
    {
        var page = new List<(RunningGroup Group, IReadOnlyList<RunningRule> Rules)>();
        int start = 0;
        if (Token.Length > 0)
        {
            while (start < all.Count && TokenOf(all[start]) != Token) start++;
            if (start == all.Count)
                throw ApiRefusal.Parameter("group_next_token", "no group has it: were rules changed?");
        }

        for (int index = start; index < all.Count; index++)
        {
            RunningGroup group = all[index];
            if (Groups.Count > 0 && !Groups.Contains(group.Spec.Name)) continue;
            if (Files.Count > 0 && !Files.Contains(group.Spec.File)) continue;
            RunningRule[] rules = [.. group.Rules.Where(IsWanted)];
            if (rules.Length == 0) continue;
            if (GroupLimit > 0 && page.Count == GroupLimit) return (page, TokenOf(group));
            page.Add((group, rules));
        }

        return (page, null);
    }

    private static string TokenOf(RunningGroup group) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(group.Key)));

    private bool IsWanted(RunningRule rule)
    {
        if (Type.Length > 0 && rule.Spec.IsAlert != (Type == "alert")) return false;
        if (Names.Count > 0 && !Names.Contains(rule.Spec.Name)) return false;
        if (Selectors.Count == 0) return true;
        Labels labels = rule.Spec.PlainLabels;
        return Selectors.Any(matchers => matchers.All(matcher => matcher.Matches(labels.Get(matcher.Name))));
    }
}
