using System.Globalization;
using System.Text.Json;
using Flyball.Contracts.Identity;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Gateway.Security.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Gateway.Api;

/// <summary>
/// <c>GET /consumers</c>; <c>POST /consumers</c> makes one and answers with its key, the only time that it is seen;
/// <c>POST /consumers/NAME/rotate</c> gives it a new one, the old ones end at once or after <c>?grace=SECONDS</c>;
/// <c>DELETE /consumers/NAME</c>.
/// </summary>
internal static class ConsumerApi
{
    /// <summary>Old keys may stay good for a month at most.</summary>
    private const int GraceSecondsMax = 31 * 24 * 3600;

    public static void Map(RouteGroupBuilder api, IServiceProvider services)
    {
        var book = new ConsumerBook(
            services.GetRequiredService<IResourceStore>(), services.GetRequiredService<TimeProvider>());
        api.MapGet("/consumers", (IResourceReader store) => Results.Json(
            store.Current.List(Kinds.Consumer).Select(ConsumerView.Of).ToArray(),
            SecurityJson.Default.ConsumerViewArray)).RequireAuthorization(Policies.Read);
        api.MapPost("/consumers", (RequestDelegate)(context => AddAsync(context, book)))
            .RequireAuthorization(Policies.Write);
        api.MapPost("/consumers/{name}/rotate", (RequestDelegate)(context => RotateAsync(context, book)))
            .RequireAuthorization(Policies.Write);
        api.MapDelete("/consumers/{name}", (RequestDelegate)(context => RemoveAsync(context, book)))
            .RequireAuthorization(Policies.Write);
    }

    private static async Task AddAsync(HttpContext context, ConsumerBook book)
    {
        ConsumerRequest? request = null;
        try
        {
            request = await JsonSerializer.DeserializeAsync(
                context.Request.Body, SecurityJson.Default.ConsumerRequest, context.RequestAborted);
        }
        catch (JsonException)
        {
            // Told below.
        }

        if (request is null)
        {
            await ProblemAsync(context, ConsumerOutcome.Refused("The body is no JSON object with a 'name'."));
            return;
        }

        if (ConsumerRules.Problem(request) is { } problem)
        {
            await ProblemAsync(context, ConsumerOutcome.Refused(problem));
            return;
        }

        await AnswerAsync(context, request.Name!, await book.AddAsync(request, Who(context), context.RequestAborted));
    }

    private static async Task RotateAsync(HttpContext context, ConsumerBook book)
    {
        string name = (string)context.Request.RouteValues["name"]!;
        string text = context.Request.Query["grace"].ToString();
        int grace = 0;
        if (text.Length > 0 && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out grace)
            || grace > GraceSecondsMax))
        {
            await ProblemAsync(
                context, ConsumerOutcome.Refused($"grace: '{text}' is no number of seconds up to {GraceSecondsMax}."));
            return;
        }

        await AnswerAsync(
            context, name,
            await book.RotateAsync(name, TimeSpan.FromSeconds(grace), Who(context), context.RequestAborted));
    }

    private static async Task RemoveAsync(HttpContext context, ConsumerBook book)
    {
        string name = (string)context.Request.RouteValues["name"]!;
        ConsumerOutcome outcome = await book.RemoveAsync(name, Who(context), context.RequestAborted);
        if (outcome.Status == StatusCodes.Status204NoContent) context.Response.StatusCode = outcome.Status;
        else await ProblemAsync(context, outcome);
    }

    private static async Task AnswerAsync(HttpContext context, string name, ConsumerOutcome outcome)
    {
        if (outcome.Key is not { } key)
        {
            await ProblemAsync(context, outcome);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        await Results.Json(
            new ConsumerKeyAnswer(name, key), SecurityJson.Default.ConsumerKeyAnswer, statusCode: outcome.Status)
            .ExecuteAsync(context);
    }

    private static Task ProblemAsync(HttpContext context, ConsumerOutcome outcome) =>
        Results.Problem(outcome.Detail, statusCode: outcome.Status, title: "Consumer").ExecuteAsync(context);

    private static (string Identity, string Remote) Who(HttpContext context) => (
        context.User.Identity?.Name ?? "unknown", context.Connection.RemoteIpAddress?.ToString() ?? "");
}
