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
            return match.Success ? GroupTemplate.Expand(template, match, pattern.GroupNames) : null;
        };
    }
}
