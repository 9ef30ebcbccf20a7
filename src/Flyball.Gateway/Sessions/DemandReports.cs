using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway.Wire;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Sessions;

/// <summary>What a gateway is asked for, as its session carries it.</summary>
internal static class DemandReports
{
    /// <summary>Services of one report; who is beyond counts as asked for.</summary>
    public const int ServicesMax = 10_000;

    /// <summary>The services that were asked for since the last report. Each use is told once.</summary>
    public static DemandReport Of(IReadOnlyList<ServiceState> sleepers)
    {
        var report = new DemandReport();
        foreach (ServiceState service in sleepers)
        {
            if (report.Services.Count == ServicesMax)
            {
                report.IsCut = true;
                break;
            }

            if (service.TakeUse())
                report.Services.Add(new ServiceDemand { Service = service.Service, Waiting = service.Waiting });
        }

        return report;
    }

    /// <summary>The same as autoscaling sees it. What a gateway says is not trusted to be in order.</summary>
    public static GatewayDemand Read(long appliedRevision, DemandReport report)
    {
        var waiting = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (ServiceDemand service in report.Services)
        {
            if (waiting.Count == ServicesMax) break;
            waiting[service.Service] = Math.Max(0, service.Waiting);
        }

        return new GatewayDemand(appliedRevision, waiting, report.IsCut || report.Services.Count > ServicesMax);
    }
}
