using Flyball.Contracts.Autoscaling;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Scaling;

/// <summary><c>x-scale.rules</c>: <c>cpu &gt; 80%</c>, or a map with <c>when</c> and how to act on it.</summary>
internal static class RuleSection
{
    private const string Example = "for example cpu > 80%";
    private const int StepMax = 1000;
    private const double PercentMax = 10;

    public static IReadOnlyList<ScaleRule> Read(Field rules)
    {
        var read = new List<ScaleRule>();
        foreach (Field field in ScaleText.ReadItems(rules))
            if (ReadOne(field) is { } rule) read.Add(rule);
        return read;
    }

    private static ScaleRule? ReadOne(Field field)
    {
        if (field.IsScalar) return Condition(field);
        if (!field["when"].Exists)
        {
            field.Error("a rule needs a condition", $"when, {Example}");
            return null;
        }
        return Condition(field["when"]) is { } rule ? WithAction(field, rule) : null;
    }

    private static ScaleRule WithAction(Field field, ScaleRule rule)
    {
        int? step = field["step"].Int(1, StepMax);
        double? percent = ScaleText.ReadShare(field["percent"], rule.Above ? PercentMax : 1);
        if (step is not null && percent is not null)
            field["percent"].Error("cannot stand beside step", "keep one of the two");
        return rule with
        {
            For = ScaleText.ReadSpan(field["for"], TimeSpan.Zero) ?? rule.For,
            Step = percent is null ? step ?? rule.Step : null,
            Percent = percent,
            Cooldown = ScaleText.ReadSpan(field["cooldown"], TimeSpan.Zero) ?? rule.Cooldown,
        };
    }

    // The last comparison divides: PromQL may have others before it.
    private static ScaleRule? Condition(Field field)
    {
        if (ScaleText.ReadCondition(field) is not { } text) return null;
        int at = text.LastIndexOfAny(['<', '>']);
        if (at <= 0)
        {
            field.Error($"'{text}' is no rule", Example);
            return null;
        }
        string left = text[..at].Trim();
        ReadOnlySpan<char> right = text.AsSpan(at + 1);
        bool orEqual = right.StartsWith("=");
        right = right[(orEqual ? 1 : 0)..].Trim();
        bool isNamed = ScaleText.Signals.TryGetValue(left, out ScaleSignal named);
        ScaleSignal signal = isNamed ? named : ScaleSignal.Query;
        if (!isNamed && IsSlip(left, right, out string? hint))
        {
            field.Error($"'{left}' is no signal: {string.Join(", ", ScaleText.Signals.Keys)}, or PromQL", hint);
            return null;
        }
        if (!isNamed) field.CheckPromQl(left);
        if (ScaleText.Threshold(signal, right) is { } threshold)
            return Default(signal, isNamed ? null : left, text[at] == '>', threshold) with { OrEqual = orEqual };
        field.Error($"'{right}' is no threshold for {left}", isNamed ? Shape(signal) : "a number");
        return null;
    }

    private static string Shape(ScaleSignal signal) =>
        ScaleText.IsShare(signal) ? "a share such as 80%"
        : signal == ScaleSignal.Latency ? "a duration such as 300ms"
        : "a number above 0";

    // A word close to a signal, or compared to a share, was meant as a signal; PromQL for it is sum(word).
    private static bool IsSlip(string left, ReadOnlySpan<char> right, out string? hint)
    {
        hint = null;
        if (left.Length == 0) return true;
        if (!left.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')) return false;
        hint = Nearest.Hint(left, ScaleText.Signals.Keys);
        return hint is not null || right.EndsWith("%");
    }

    private static ScaleRule Default(ScaleSignal signal, string? query, bool above, double threshold)
    {
        TimeSpan patience = TimeSpan.FromMinutes(above ? 1 : 5);
        return new ScaleRule
        {
            Signal = signal,
            Query = query,
            Above = above,
            Threshold = threshold,
            For = patience,
            Step = 1,
            Cooldown = patience,
        };
    }
}
