using System.Globalization;
using System.Net.WebSockets;
using Flyball.Base.Resources;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Identity;
using Flyball.Contracts.Scheduling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Flyball.Agent.Sessions.Http;

/// <summary>Commands in allocations over WebSockets; each is audited before it starts and when it has ended.</summary>
internal static class ExecRoutes
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.Map("/allocations/{id}/exec", RunAsync).RequireAuthorization(Policies.Write);

    private static async Task<IResult> RunAsync(
        string id, HttpContext http, IResourceStore store, IAllocationAccess access, TimeProvider time,
        CancellationToken cancellation)
    {
        if (!http.WebSockets.IsWebSocketRequest) return Problems.BadField("upgrade", "exec needs a WebSocket.");
        StringValues command = http.Request.Query["command"];
        if (command.Count == 0) return Problems.BadField("command", "There is no command to run.");
        Allocation[] found = AllocationLookup.ById(store.Current, id);
        if (found.Length != 1) return AllocationLookup.Problem(id, found);
        var request = new ExecRequest(
            [.. command.Select(c => c ?? "")], http.Request.Query["tty"] == "true", Number(http, "columns", 80),
            Number(http, "rows", 24));
        var audit = new ExecAudit(store, http, found[0], request, time);
        await audit.BegunAsync(cancellation);
        await using IExecSession session = await OpenAsync(access, found[0].Id, request, cancellation);
        using WebSocket socket = await http.WebSockets.AcceptWebSocketAsync();
        string? failure = await new ExecSocket(socket, session, time).RunAsync(cancellation);
        await audit.EndedAsync(session.ExitCode, failure);
        return Results.Empty;
    }

    private static async ValueTask<IExecSession> OpenAsync(
        IAllocationAccess access, string allocation, ExecRequest request, CancellationToken cancellation)
    {
        try
        {
            return await access.ExecAsync(allocation, request, cancellation);
        }
        catch (AllocationAccessException e)
        {
            return new RefusedExec(e);
        }
    }

    private static int Number(HttpContext http, string key, int otherwise) =>
        int.TryParse(http.Request.Query[key], CultureInfo.InvariantCulture, out int value) && value is > 0 and < 10_000
            ? value : otherwise;
}
