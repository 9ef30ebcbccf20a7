using System.Globalization;
using Flyball.Agent.Drivers.Process;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;
using Microsoft.AspNetCore.Http;

namespace Flyball.Agent.Sessions.Http;

/// <summary>
/// What the audit log says of one command: that it was asked for, written before it starts, and how it ended.
/// </summary>
internal sealed class ExecAudit(
    IResourceStore store, HttpContext http, Allocation allocation, ExecRequest request, TimeProvider time)
{
    public Task BegunAsync(CancellationToken cancellation) =>
        WriteAsync("begun", string.Join(' ', request.Command), cancellation);

    /// <param name="exitCode">Null when the command was ended because its client left.</param>
    /// <param name="failure">Why it was never reached; null when it was.</param>
    public Task EndedAsync(int? exitCode, string? failure)
    {
        bool started = failure is null
            && exitCode is not CommandResolver.NotFound and not CommandResolver.CannotExecute;
        string end = failure ?? (exitCode is { } code
            ? string.Create(CultureInfo.InvariantCulture, $"exit {code}")
            : "ended with its client");

        // The client may be gone, and often is: what happened is written down all the same.
        return WriteAsync(started ? "ok" : "failed", $"{request.Command[0]}: {end}", CancellationToken.None);
    }

    private async Task WriteAsync(string outcome, string detail, CancellationToken cancellation)
    {
        var entry = new AuditEntry
        {
            Identity = http.User.Identity?.Name ?? "anonymous",
            Action = "exec",
            Target = allocation.Id,
            Outcome = outcome,
            Remote = http.Connection.RemoteIpAddress?.ToString() ?? "",
            Detail = detail,
        };
        await store.CommitAsync(
            new StoreTransaction().Append(JournalEntries.From(entry, Kinds.Allocation.Key(allocation.Id), time)),
            cancellation);
    }
}
