using CsCheck;
using Flyball.Agent.Allocations;
using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Tests.Allocations;

/// <summary>The life of an allocation as a pure function.</summary>
public sealed class AllocationMachineTests
{
    private static readonly TaskHandle Handle = new("1", "1");

    private static TaskSpec Spec(RestartPolicy? restart = null, HealthCheckSpec? check = null) => new()
    {
        Driver = "fake",
        Restart = restart ?? new RestartPolicy(),
        HealthCheck = check,
        StopGracePeriod = TimeSpan.FromSeconds(10),
    };

    /// <summary>Steps a machine and remembers what it asked for.</summary>
    private sealed class Steps(TaskSpec spec)
    {
        private readonly AllocationMachine machine = new(spec);

        public AllocationState State { get; private set; } = AllocationState.New;

        public IReadOnlyList<AllocationAction> Actions { get; private set; } = [];

        public Steps Take(AllocationInput input, long now = 0)
        {
            (State, Actions) = machine.Step(State, input, now);
            return this;
        }

        public Steps ToRunning(long now = 0) => Take(new AllocationInput.Assigned(Wanted.Run, null), now)
            .Take(new AllocationInput.Prepared(1, null), now)
            .Take(new AllocationInput.Started(1, TaskStart.Ok(Handle)), now);
    }

    [Fact]
    public void StopSent_LongAfterTheDecision_GivesTheWholeGracePeriod()
    {
        var machine = new AllocationMachine(Spec());
        Steps steps = new Steps(Spec()).ToRunning().Take(new AllocationInput.Assigned(Wanted.Stop, null), 1_000);

        Assert.Equal(11_000, steps.State.KillAtUnixMs);
        Assert.Equal(70_000, machine.StopSent(steps.State, 60_000).KillAtUnixMs);
        Assert.Equal(AllocationState.New, machine.StopSent(AllocationState.New, 60_000));
    }

    [Fact]
    public void Step_AssignedToPreparedToStarted_Runs()
    {
        Steps steps = new Steps(Spec()).ToRunning(5);

        Assert.Equal((AllocationPhase.Running, HealthState.Passing, 5L),
            (steps.State.Phase, steps.State.Health, steps.State.HealthySinceUnixMs));
        Assert.IsType<AllocationAction.Watch>(Assert.Single(steps.Actions));
    }

    [Fact]
    public void Exited_QuickFailures_BackOffDoublesToItsMaximumAndShowsTheCrashLoop()
    {
        var steps = new Steps(
            Spec(new RestartPolicy { Delay = TimeSpan.FromSeconds(1), DelayMax = TimeSpan.FromSeconds(5) }));
        steps.Take(new AllocationInput.Assigned(Wanted.Run, null));
        var delays = new List<long>();
        long now = 0;
        for (int attempt = 1; attempt <= 5; attempt++)
        {
            steps.Take(new AllocationInput.Prepared(attempt, null), now)
                .Take(new AllocationInput.Started(attempt, TaskStart.Ok(Handle)), now);
            steps.Take(new AllocationInput.Exited(attempt, new TaskExit(1)), now);
            Assert.Equal(AllocationPhase.BackingOff, steps.State.Phase);
            delays.Add(steps.State.NextStartUnixMs!.Value - now);
            now = steps.State.NextStartUnixMs.Value;
            Assert.IsType<AllocationAction.Prepare>(
                Assert.Single(steps.Take(new AllocationInput.TimerDue(), now).Actions));
        }

        Assert.Equal([1_000, 2_000, 4_000, 5_000, 5_000], delays);
        Assert.True(AllocationReportOf(steps.State).CrashLooping);
    }

    [Fact]
    public void Exited_AfterALongRun_ForgetsEarlierFailures()
    {
        Steps steps = new Steps(Spec()).ToRunning();
        steps.Take(new AllocationInput.Exited(1, new TaskExit(1)), 10).Take(new AllocationInput.TimerDue(), 100_000)
            .Take(new AllocationInput.Prepared(2, null), 100_000)
                .Take(new AllocationInput.Started(2, TaskStart.Ok(Handle)), 100_000);

        steps.Take(new AllocationInput.Exited(2, new TaskExit(1)), 100_000 + 31_000);

        Assert.Equal(1, steps.State.FailuresInRow);
    }

    [Fact]
    public void Exited_RestartsUsedUp_Fails()
    {
        Steps steps = new Steps(Spec(new RestartPolicy { MaxAttempts = 1 })).ToRunning();
        steps.Take(new AllocationInput.Exited(1, new TaskExit(1))).Take(new AllocationInput.TimerDue(), 1_000)
            .Take(new AllocationInput.Prepared(2, null), 1_000)
                .Take(new AllocationInput.Started(2, TaskStart.Ok(Handle)), 1_000)
            .Take(new AllocationInput.Exited(2, new TaskExit(1)), 1_001);

        Assert.Equal((AllocationPhase.Failed, 1), (steps.State.Phase, steps.State.Restarts));
    }

    [Theory]
    [InlineData(RestartCondition.Any, 0, AllocationPhase.BackingOff)]
    [InlineData(RestartCondition.OnFailure, 0, AllocationPhase.Completed)]
    [InlineData(RestartCondition.OnFailure, 1, AllocationPhase.BackingOff)]
    [InlineData(RestartCondition.None, 0, AllocationPhase.Completed)]
    [InlineData(RestartCondition.None, 1, AllocationPhase.Failed)]
    public void Exited_ByPolicy_RestartsOrEnds(RestartCondition condition, int code, AllocationPhase phase)
    {
        Steps steps = new Steps(Spec(new RestartPolicy { Condition = condition })).ToRunning();

        Assert.Equal(phase, steps.Take(new AllocationInput.Exited(1, new TaskExit(code))).State.Phase);
    }

    [Fact]
    public void Drain_ThenStop_SignalsOnlyAtTheStop()
    {
        Steps steps = new Steps(Spec()).ToRunning();

        steps.Take(new AllocationInput.Assigned(Wanted.Drain, 50_000), 1_000);
        Assert.Empty(steps.Actions);
        Assert.Equal(AllocationPhase.Stopping, steps.State.Phase);

        steps.Take(new AllocationInput.Assigned(Wanted.Stop, 50_000), 2_000);
        Assert.IsType<AllocationAction.SendStop>(Assert.Single(steps.Actions));
        Assert.Equal(12_000, steps.State.KillAtUnixMs);
    }

    [Fact]
    public void Drain_DeadlinePassesInSilence_StopsByItself()
    {
        Steps steps = new Steps(Spec()).ToRunning();
        steps.Take(new AllocationInput.Assigned(Wanted.Drain, 50_000), 1_000);
        Assert.Equal(50_000, steps.State.TimerUnixMs);

        steps.Take(new AllocationInput.TimerDue(), 50_000);

        Assert.Contains(steps.Actions, a => a is AllocationAction.SendStop);
    }

    [Fact]
    public void Stop_GraceIsOver_KillsAgainAndAgain()
    {
        Steps steps = new Steps(Spec()).ToRunning().Take(new AllocationInput.Assigned(Wanted.Stop, null), 0);

        Assert.IsType<AllocationAction.Kill>(Assert.Single(steps.Take(new AllocationInput.TimerDue(), 10_000).Actions));
        Assert.IsType<AllocationAction.Kill>(Assert.Single(steps.Take(new AllocationInput.TimerDue(), 12_000).Actions));
        Assert.Equal(
            AllocationPhase.Stopped, steps.Take(new AllocationInput.Exited(1, new TaskExit(137)), 12_001).State.Phase);
    }

    [Fact]
    public void Forget_RunningTask_StopsItFirst()
    {
        Steps steps = new Steps(Spec()).ToRunning().Take(new AllocationInput.Assigned(Wanted.Forget, null), 0);
        Assert.IsType<AllocationAction.SendStop>(Assert.Single(steps.Actions));

        steps.Take(new AllocationInput.Exited(1, new TaskExit(0)), 1);

        Assert.Contains(steps.Actions, a => a is AllocationAction.Forget);
    }

    [Fact]
    public void Recovered_EngineIsAway_AsksAgainAndStartsNothing()
    {
        Steps steps = new Steps(Spec()).ToRunning().Take(new AllocationInput.AgentStarted());
        steps.Take(new AllocationInput.Recovered(1, new TaskRecovery(RecoveryKind.Unavailable)), 100);
        Assert.Empty(steps.Actions);

        steps.Take(new AllocationInput.TimerDue(), 100 + AllocationMachine.RetryMs);

        Assert.IsType<AllocationAction.Recover>(Assert.Single(steps.Actions));
    }

    [Fact]
    public void Probed_SlowStart_IsNoFailureUntilItsGraceIsOver()
    {
        var check = new HealthCheckSpec
            { Kind = HealthCheckKind.Tcp, Interval = TimeSpan.FromSeconds(1), Retries = 3,
            StartPeriod = TimeSpan.FromSeconds(2) };
        Steps steps = new Steps(Spec(check: check)).ToRunning();
        for (long now = 100; now < 5_000; now += 100)
            Assert.Equal(HealthState.Unknown,
                steps.Take(new AllocationInput.Probed(1, new ProbeResult(false, "refused")), now).State.Health);

        steps.Take(new AllocationInput.Probed(1, new ProbeResult(false, "refused")), 5_000);
        Assert.Equal((HealthState.Critical, AllocationPhase.Running), (steps.State.Health, steps.State.Phase));

        steps.Take(new AllocationInput.Probed(1, ProbeResult.Ok), 5_100);
        Assert.Equal(HealthState.Passing, steps.State.Health);
        steps.Take(new AllocationInput.Probed(1, new ProbeResult(false)), 5_200)
            .Take(new AllocationInput.Probed(1, new ProbeResult(false)), 5_300);
        Assert.Equal(HealthState.Passing, steps.State.Health);
        Assert.Equal(HealthState.Critical,
            steps.Take(new AllocationInput.Probed(1, new ProbeResult(false)), 5_400).State.Health);
    }

    /// <summary>
    /// Against a world that answers late, twice, or for attempts long gone, and an agent that is killed at any moment
    /// (its state is what was persisted): at most one attempt lives, and it is never lost sight of.
    /// </summary>
    [Fact]
    public void Step_AnySequenceOfInputs_NeverTwoLiveStarts()
    {
        Gen.Select(Gen.Int[0, 11].List[1, 200], Gen.Int[0, int.MaxValue]).Sample((choices, seed) =>
        {
            var world = new World(new Random(seed));
            foreach (int choice in choices) world.Play(choice);
        }, iter: 20_000);
    }

    private static AllocationStatus AllocationReportOf(AllocationState state) => AllocationReport.Of(
        new AllocationRecord
        {
            Allocation = new Allocation
                { Id = "a", Workload = "p.s", Version = 1, Node = "n", Index = 0, CreatedUnixMs = 0 },
            Spec = Spec(), Project = "p", Service = "s", State = state,
        },
        0);

    /// <summary>
    /// A driver that does what it is told, sometimes late; its tasks live and die as the choices say.
    /// </summary>
    private sealed class World(Random random)
    {
        private readonly AllocationMachine machine = new(Spec());
        private readonly List<AllocationInput> answers = [];
        private readonly HashSet<int> live = [];
        private readonly HashSet<int> started = [];
        private AllocationState state = AllocationState.New;
        private long now;

        public void Play(int choice)
        {
            now += random.Next(0, 5_000);
            switch (choice)
            {
                case 0:
                    Take(new AllocationInput.Assigned(Wanted.Run, null));
                    break;
                case 1:
                    Take(
                        new AllocationInput.Assigned((Wanted)random.Next(0, 4), random.Next(2) == 0 ? now + 10 : null));
                    break;
                case 2 or 3 or 4 or 5:
                    Answer();
                    break;
                case 6:
                    Take(new AllocationInput.TimerDue());
                    break;
                case 7 when live.Count > 0:
                    int dies = live.First();
                    live.Remove(dies);
                    answers.Add(new AllocationInput.Exited(dies, new TaskExit(random.Next(2))));
                    break;
                case 8:
                    // The agent is killed: what it had asked for is forgotten, but starts that were under way may
                    // happen.
                    foreach (AllocationInput.Started pending in answers.OfType<AllocationInput.Started>().ToArray())
                    {
                        if (pending.Start.Handle is null) continue;
                        if (random.Next(2) == 0) live.Remove(pending.Attempt);
                    }

                    answers.Clear();
                    Take(new AllocationInput.AgentStarted());
                    break;
                case 9:
                    Take(new AllocationInput.Exited(random.Next(0, state.Attempt), new TaskExit(0)));
                    break;
                case 10:
                    Take(new AllocationInput.Probed(state.Attempt, new ProbeResult(random.Next(2) == 0)));
                    break;
                default:
                    Take(new AllocationInput.Prepared(random.Next(0, state.Attempt + 1), null));
                    break;
            }

            Assert.True(live.Count <= 1, $"{live.Count} attempts live at once.");
            if (live.Count == 1 && state.Stage is RunStage.Idle or RunStage.Preparing or RunStage.Waiting or RunStage.Ended)
                Assert.Fail($"Attempt {live.First()} lives, but the machine is {state.Stage}.");
        }

        private void Answer()
        {
            if (answers.Count == 0) return;
            int index = random.Next(answers.Count);
            AllocationInput answer = answers[index];
            answers.RemoveAt(index);
            if (random.Next(10) == 0) answers.Add(answer);
            Take(answer);
        }

        private void Take(AllocationInput input)
        {
            (state, IReadOnlyList<AllocationAction> actions) = machine.Step(state, input, now);
            foreach (AllocationAction action in actions) Act(action);
        }

        private void Act(AllocationAction action)
        {
            switch (action)
            {
                case AllocationAction.Prepare prepare:
                    DriverFailure? failure = random.Next(4) == 0 ? new DriverFailure("no image") : null;
                    answers.Add(new AllocationInput.Prepared(prepare.Attempt, failure));
                    break;
                case AllocationAction.Start start:
                    Assert.True(started.Add(start.Attempt), $"Attempt {start.Attempt} was started twice.");
                    bool ok = random.Next(4) != 0;
                    if (ok) live.Add(start.Attempt);
                    answers.Add(
                        new AllocationInput.Started(start.Attempt, ok ? TaskStart.Ok(Handle) : TaskStart.Failed("no")));
                    break;
                case AllocationAction.Recover recover:
                    answers.Add(new AllocationInput.Recovered(recover.Attempt, Found(recover.Attempt)));
                    break;
                case AllocationAction.Kill:
                    foreach (int attempt in live.ToArray())
                        answers.Add(new AllocationInput.Exited(attempt, new TaskExit(137)));
                    live.Clear();
                    break;
            }
        }

        private TaskRecovery Found(int attempt)
        {
            if (random.Next(4) == 0) return new TaskRecovery(RecoveryKind.Unavailable);
            if (live.Contains(attempt))
            {
                return new TaskRecovery(RecoveryKind.Alive, Handle);
            }

            return new TaskRecovery(
                random.Next(2) == 0 ? RecoveryKind.NeverStarted : RecoveryKind.Exited, Exit: new TaskExit(null));
        }
    }
}
