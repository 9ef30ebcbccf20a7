using Flyball.Base.Resources;
using Flyball.Contracts.Journal;
using Microsoft.AspNetCore.Http;

namespace Flyball.Scheduling.Workloads.Changing;

/// <summary>Says who did what, as an entry of the same transaction as the change.</summary>
internal static class AuditTrail
{
    public static StoreTransaction Audit(
        this StoreTransaction transaction,
        HttpContext context,
        string action,
        ResourceKey subject,
        TimeProvider time,
        string detail = "")
    {
        var entry = new AuditEntry
        {
            Identity = context.User.Identity?.Name ?? "anonymous",
            Action = action,
            Target = subject.Name,
            Outcome = "ok",
            Remote = context.Connection.RemoteIpAddress?.ToString() ?? "",
            Detail = detail,
        };
        return transaction.Append(JournalEntries.From(entry, subject, time));
    }
}
