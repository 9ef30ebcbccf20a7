using System.Text.Json;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.Api.Expressions;

/// <summary>A syntax tree as Prometheus' user interface reads it.</summary>
internal static class ExprJson
{
    public static void Write(Utf8JsonWriter json, Expr? expr)
    {
        if (expr is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        switch (expr)
        {
            case AggregateExpr aggregate:
                WriteAggregate(json, aggregate);
                break;
            case BinaryExpr binary:
                WriteBinary(json, binary);
                break;
            case CallExpr call:
                WriteCall(json, call);
                break;
            case NumberLiteral number:
                json.WriteString("type"u8, "numberLiteral"u8);
                json.WriteString("val"u8, GoNumber.Long(number.Value));
                break;
            case StringLiteral text:
                json.WriteString("type"u8, "stringLiteral"u8);
                json.WriteString("val"u8, text.Value);
                break;
            case ParenExpr paren:
                json.WriteString("type"u8, "parenExpr"u8);
                WriteChild(json, "expr", paren.Inner);
                break;
            case UnaryExpr unary:
                json.WriteString("type"u8, "unaryExpr"u8);
                json.WriteString("op"u8, unary.IsNegative ? "-" : "+");
                WriteChild(json, "expr", unary.Inner);
                break;
            default:
                SelectorJson.Write(json, expr);
                break;
        }

        json.WriteEndObject();
    }

    public static void WriteChild(Utf8JsonWriter json, string name, Expr? expr)
    {
        json.WritePropertyName(name);
        Write(json, expr);
    }

    private static void WriteAggregate(Utf8JsonWriter json, AggregateExpr aggregate)
    {
        json.WriteString("type"u8, "aggregation"u8);
        json.WriteString("op"u8, aggregate.Operator.Name());
        WriteChild(json, "expr", aggregate.Inner);
        WriteChild(json, "param", aggregate.Parameter);
        WriteTexts(json, "grouping", aggregate.Grouping);
        json.WriteBoolean("without"u8, aggregate.IsWithout);
    }

    private static void WriteBinary(Utf8JsonWriter json, BinaryExpr binary)
    {
        json.WriteString("type"u8, "binaryExpr"u8);
        json.WriteString("op"u8, binary.Operator.Symbol());
        WriteChild(json, "lhs", binary.Left);
        WriteChild(json, "rhs", binary.Right);
        json.WritePropertyName("matching"u8);
        WriteMatching(json, binary.Matching);
        json.WriteBoolean("bool"u8, binary.ReturnsBool);
    }

    private static void WriteMatching(Utf8JsonWriter json, VectorMatching? matching)
    {
        if (matching is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("card"u8, matching.Cardinality switch
        {
            Cardinality.OneToOne => "one-to-one",
            Cardinality.ManyToOne => "many-to-one",
            Cardinality.OneToMany => "one-to-many",
            _ => "many-to-many",
        });
        WriteTexts(json, "labels", matching.Labels);
        json.WriteBoolean("on"u8, matching.IsOn);
        WriteTexts(json, "include", matching.Include);
        json.WriteStartObject("fillValues"u8);
        WriteNumberOrNull(json, "lhs", matching.FillLeft);
        WriteNumberOrNull(json, "rhs", matching.FillRight);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNumberOrNull(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    private static void WriteCall(Utf8JsonWriter json, CallExpr call)
    {
        json.WriteString("type"u8, "call"u8);
        json.WriteStartObject("func"u8);
        json.WriteString("name"u8, call.Function.Name);
        WriteTexts(json, "argTypes", call.Function.Arguments.Select(type => type.ApiName()));
        json.WriteNumber("variadic"u8, call.Function.Variadic);
        json.WriteString("returnType"u8, call.Function.Returns.ApiName());
        json.WriteEndObject();
        json.WriteStartArray("args"u8);
        foreach (Expr argument in call.Arguments) Write(json, argument);
        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
