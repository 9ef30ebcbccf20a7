using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Printing;
using Flyball.Metrics.PromQl.Syntax;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Expressions;

/// <summary><c>format_query</c> and <c>parse_query</c>: expressions without evaluating them.</summary>
internal sealed class ExpressionApi(QueryOptions options)
{
    public async Task FormatAsync(HttpContext context)
    {
        Expr expr = await ParseAsync(context);
        await AnswerStream.SendAsync(context, json => json.WriteStringValue(PrettyPrinter.Print(expr)));
    }

    public async Task ParseQueryAsync(HttpContext context)
    {
        Expr expr = await ParseAsync(context);
        await AnswerStream.SendAsync(context, json => ExprJson.Write(json, expr));
    }

    private async Task<Expr> ParseAsync(HttpContext context)
    {
        ApiParameters parameters = await ApiParameters.ReadAsync(context);
        ParseResult parsed = ExprParser.Parse(parameters.Text("query"), options.Features);
        return parsed.Expr ?? throw ApiRefusal.Parameter("query", parsed.Error!);
    }
}
