using System.Globalization;
using Flyball.Metrics.Rules;
using Flyball.Metrics.Rules.Files;
using Flyball.Metrics.Scraping;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Status;

/// <summary><c>/-/reload</c>: reads rules and scrape configuration again; what is broken stays as it was.</summary>
internal sealed class ReloadApi(RuleEngine rules, ScrapeService scraping)
{
    public async Task ReloadAsync(HttpContext context)
    {
        IReadOnlyList<RuleProblem> problems = await rules.ReloadAsync(onlyIfChanged: false);
        string scrapeProblems = await scraping.ReloadAsync(context.RequestAborted);
        string text = "";
        if (problems.Count > 0)
        {
            text = string.Create(
                CultureInfo.InvariantCulture, $"The rules stay as they were, {problems.Count} problems:\n")
                + string.Join('\n', problems) + "\n";
        }

        if (scrapeProblems.Length > 0) text += $"The scrape configuration stays as it was:\n{scrapeProblems}\n";
        if (text.Length == 0) return;
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text, context.RequestAborted);
    }
}
