using System.Text.Json;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.Api.Expressions;

/// <summary>Selectors, subqueries and duration expressions as Prometheus' user interface reads them.</summary>
internal static class SelectorJson
{
    /// <summary>Writes the properties into the object that is open.</summary>
    public static void Write(Utf8JsonWriter json, Expr expr)
    {
        switch (expr)
        {
            case VectorSelector selector:
                json.WriteString("type"u8, "vectorSelector"u8);
                WriteSelector(json, selector);
                break;
            case MatrixSelector matrix:
                json.WriteString("type"u8, "matrixSelector"u8);
                json.WriteNumber("range"u8, matrix.WidthMs);
                WriteDuration(json, "rangeExpr", matrix.WidthExpr);
                WriteSelector(json, matrix.Selector);
                break;
            case SubqueryExpr subquery:
                json.WriteString("type"u8, "subquery"u8);
                ExprJson.WriteChild(json, "expr", subquery.Inner);
                json.WriteNumber("range"u8, subquery.WidthMs);
                WriteDuration(json, "rangeExpr", subquery.WidthExpr);
                json.WriteNumber("step"u8, subquery.StepMs);
                WriteDuration(json, "stepExpr", subquery.StepExpr);
                WriteShift(json, subquery.Shift);
                break;
            case DurationExpr duration:
                WriteOperation(json, duration);
                break;
            default:
                throw new ArgumentException($"BUG: no JSON for a {expr.GetType().Name}.", nameof(expr));
        }
    }

    private static void WriteSelector(Utf8JsonWriter json, VectorSelector selector)
    {
        json.WriteString("name"u8, selector.Name);
        WriteShift(json, selector.Shift);
        json.WriteStartArray("matchers"u8);
        foreach (LabelMatcher matcher in selector.Matchers)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, matcher.Name);
            json.WriteString("value"u8, matcher.Value);
            json.WriteString("type"u8, LabelMatcher.Symbol(matcher.Kind));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("anchored"u8, selector.IsAnchored);
        json.WriteBoolean("smoothed"u8, selector.IsSmoothed);
    }

    private static void WriteShift(Utf8JsonWriter json, TimeShift shift)
    {
        json.WriteNumber("offset"u8, shift.OffsetMs);
        WriteDuration(json, "offsetExpr", shift.OffsetExpr);
        if (shift.AtMs is { } at) json.WriteNumber("timestamp"u8, at);
        else json.WriteNull("timestamp"u8);
        if (shift.AtBoundary == AtBoundary.None) json.WriteNull("startOrEnd"u8);
        else json.WriteString("startOrEnd"u8, shift.AtBoundary == AtBoundary.Start ? "start" : "end");
    }

    private static void WriteDuration(Utf8JsonWriter json, string name, Expr? duration)
    {
        json.WritePropertyName(name);
        if (duration is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        if (duration is NumberLiteral number)
        {
            json.WriteString("type"u8, "numberLiteral"u8);
            json.WriteString("val"u8, GoNumber.Long(number.Value));
            json.WriteBoolean("duration"u8, number.IsDuration);
        }
        else
        {
            WriteOperation(json, (DurationExpr)duration);
        }

        json.WriteEndObject();
    }

    private static void WriteOperation(Utf8JsonWriter json, DurationExpr duration)
    {
        json.WriteString("type"u8, "durationExpr"u8);
        json.WriteString("op"u8, duration.Operator switch
        {
            DurationOperator.Add => "+",
            DurationOperator.Subtract => "-",
            DurationOperator.Multiply => "*",
            DurationOperator.Divide => "/",
            DurationOperator.Modulo => "%",
            DurationOperator.Power => "^",
            DurationOperator.Step => "step",
            DurationOperator.QueryRange => "range",
            DurationOperator.MinOf => "min",
            _ => "max",
        });
        WriteDuration(json, "lhs", duration.Left);
        WriteDuration(json, "rhs", duration.Right);
        json.WriteBoolean("wrapped"u8, duration.IsWrapped);
    }
}
