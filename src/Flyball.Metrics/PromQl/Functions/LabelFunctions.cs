using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Patterns;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary><c>label_replace</c> and <c>label_join</c>.</summary>
internal sealed class LabelFunctions(Evaluator evaluator, QueryState state)
{
    public void Stream(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        string[] texts = [.. call.Arguments.Skip(1).Select(one => ((StringLiteral)one.Unwrap()).Value)];
        string target = texts[0];
        Func<Labels, string?> value = call.Function.Name == "label_join" ? Join(texts) : Replace(texts);
        if (!LabelNames.IsValid(target))
        {
            throw new QueryException(
                $"invalid destination label name in {call.Function.Name}(): {target}");
        }

        List<Column> columns = evaluator.Evaluate(call.Arguments[0], grid);
        foreach (Column column in columns)
        {
            if (value(column.Labels) is not { } text) continue;
            column.Labels = column.Labels.With(target, text);
            if (target == LabelNames.MetricName) column.DropsName = false;
        }

        foreach (Column column in ColumnMerging.Merge(columns, state)) sink(column);
    }

    private static Func<Labels, string?> Join(string[] texts)
    {
        string separator = texts[1];
        string[] sources = texts[2..];
        if (Array.Find(sources, source => !LabelNames.IsValid(source)) is { } wrong)
            throw new QueryException("invalid source label name in label_join(): " + wrong);
        return labels => string.Join(separator, sources.Select(labels.Get));
    }

    private static Func<Labels, string?> Replace(string[] texts)
    {
        string template = texts[1], source = texts[2];
        ValuePattern pattern = ValuePattern.TryCreate(texts[3], out _)
            ?? throw new QueryException($"invalid regular expression in label_replace(): {texts[3]}");
        return labels =>
        {
            Match match = pattern.Regex.Match(labels.Get(source));
            return match.Success ? Expand(template, match, pattern.GroupNames) : null;
        };
    }

    /// <summary>
    /// Go's templates: <c>$1</c>, <c>${1}</c>, <c>$name</c>, <c>$$</c>; what matches no group is empty.
    /// </summary>
    private static string Expand(string template, Match match, IReadOnlyList<string?> groups)
    {
        var result = new StringBuilder();
        int at = 0;
        while (at < template.Length)
        {
            if (template[at] != '$' || at + 1 == template.Length)
            {
                result.Append(template[at++]);
            }
            else if (template[at + 1] == '$')
            {
                result.Append('$');
                at += 2;
            }
            else if (TryReadName(template, ref at) is { } name)
            {
                AppendGroup(result, match, groups, name);
            }
            else
            {
                result.Append(template[at++]);
            }
        }

        return result.ToString();
    }

    /// <summary>Reads the name behind a dollar sign; null and no movement when none is there.</summary>
    private static string? TryReadName(string template, ref int at)
    {
        bool isBraced = template[at + 1] == '{';
        int start = at + (isBraced ? 2 : 1), end = start;
        while (end < template.Length && (char.IsLetterOrDigit(template[end]) || template[end] == '_')) end++;
        if (end == start || (isBraced && (end == template.Length || template[end] != '}'))) return null;
        at = isBraced ? end + 1 : end;
        return template[start..end];
    }

    private static void AppendGroup(StringBuilder to, Match match, IReadOnlyList<string?> groups, string name)
    {
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            if (number == 0) to.Append(match.Value);
            else if (number <= groups.Count) to.Append(GroupText(match, number));
            return;
        }

        for (int i = 0; i < groups.Count; i++)
        {
            if (groups[i] != name || !match.Groups[GroupKey(i + 1)].Success) continue;
            to.Append(GroupText(match, i + 1));
            return;
        }
    }

    private static string GroupText(Match match, int number) => match.Groups[GroupKey(number)].Value;

    private static string GroupKey(int number) => string.Create(CultureInfo.InvariantCulture, $"g{number}");
}
