using Flyball.Contracts.Journal;

namespace Flyball.Discovery.Registrations;

/// <summary>Who changes something through a door that asks for no token: known by its address only.</summary>
internal readonly record struct Caller(string Door, string Remote)
{
    public AuditEntry Audit(string action, string target) => new()
    {
        Identity = Door,
        Action = action,
        Target = target,
        Outcome = "ok",
        Remote = Remote,
    };
}
