using Flyball.Base.Resources;
using Flyball.Contracts.Journal;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Registrations;

/// <summary>What open doors write into the journal is bounded, and nothing goes untold.</summary>
public sealed class AuditBudgetTests
{
    [Fact]
    public async Task Registrations_BeyondTheRowsOfAMinute_AreOneRow()
    {
        await using DoorHost host = await DoorHost.StartAsync(options => options with { AuditRowsPerMinute = 5 });
        for (int i = 0; i < 12; i++)
            await host.PutAsync("agent/service/register", $$"""{"Name":"web","ID":"w{{i}}","Port":80}""");
        Assert.Equal(["w0", "w1", "w2", "w3", "w4"], (await RowsAsync(host)).Select(row => row.Target));

        await host.AdvanceAsync(TimeSpan.FromSeconds(70));
        AuditEntry summary = await SixthAsync(host);
        Assert.Equal(("many", "w11", "127.0.0.1"), (summary.Action, summary.Target, summary.Remote));
        Assert.Equal("7 more changes within a minute, the last: service-register", summary.Detail);

        // A new minute has rows of its own.
        await host.PutAsync("agent/service/deregister/w3");
        Assert.Equal("service-deregister", (await RowsAsync(host))[^1].Action);
    }

    [Fact]
    public async Task Keys_CountLikeRegistrations()
    {
        await using DoorHost host = await DoorHost.StartAsync(options => options with { AuditRowsPerMinute = 2 });
        for (int i = 0; i < 4; i++) await host.PutAsync($"kv/k{i}", "v");
        Assert.Equal(2, (await RowsAsync(host)).Length);

        // The server stops before the minute is over.
        await host.StopAsync();
        Assert.Equal("2 more changes within a minute, the last: kv-put", (await RowsAsync(host))[^1].Detail);
    }

    private static async Task<AuditEntry> SixthAsync(DoorHost host)
    {
        AuditEntry[] rows = [];
        await DoorHost.EventuallyAsync(
            async () => (rows = await RowsAsync(host)).Length == 6, () => $"{rows.Length} rows");
        return rows[5];
    }

    private static async Task<AuditEntry[]> RowsAsync(DoorHost host) =>
        [.. (await host.Store.ReadAsync(new JournalQuery(JournalTables.Audit))).Select(JournalEntries.Audit)];
}
