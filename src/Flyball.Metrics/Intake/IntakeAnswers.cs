using Flyball.Metrics.Hosting;
using Flyball.Metrics.Storage;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Intake;

/// <summary>What the ways in answer alike.</summary>
internal static class IntakeAnswers
{
    public const string DiskRefuses = "The disk refuses to store samples; repeat later.";

    public static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason + "\n", context.RequestAborted);
    }

    /// <summary>How many samples were refused, why the first, and which series it was.</summary>
    public static string DescribeRefused(IntakeTicket ticket)
    {
        AppendReport report = ticket.Report;
        string series = BatchLabels.Describe(ticket.Batch, report.FirstRefusedSeries);
        return $"{report.Refused} of {report.Refused + report.Accepted} samples were refused, the first for "
            + $"{report.FirstReason}: {series}";
    }
}
